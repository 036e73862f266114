import { useEffect, useState } from 'react';
import { quota, type Quota } from '../../api/quota';
import { isUsedUp, quotaWords } from '../../words/quota';

const periodMs = 20_000;

// How many runs are left, before one is refused. Asked again when `turn` changes.
export function QuotaNote({ turn }: { turn: unknown }) {
  const [state, setState] = useState<Quota | null>(null);
  useEffect(() => {
    const abort = new AbortController();
    // Other requests of the page report a lost server.
    const ask = (): void => void quota(abort.signal).then(setState, () => undefined);
    ask();
    const timer = setInterval(() => document.visibilityState === 'visible' && ask(), periodMs);
    return () => {
      abort.abort();
      clearInterval(timer);
    };
  }, [turn]);
  const words = state === null ? '' : quotaWords(state);
  if (state === null || words === '') return null;
  return (
    <p className={isUsedUp(state) ? 'text-sm text-warn' : 'note'} data-testid="quota">
      {words}.
    </p>
  );
}
