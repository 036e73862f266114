import { useEffect, useMemo, useState } from 'react';
import type { ApiError } from '../api/errors';
import { visible } from '../words/names';
import { Button } from './Button';

// The server's error message; for a temporary error also a countdown and a button to retry.
export function ErrorNote(props: { error: ApiError; what: string; onRetry?: () => void }) {
  const { error, onRetry } = props;
  return (
    <div role="alert" className="rounded-md border border-bad bg-bad-soft px-3 py-2 text-sm">
      <p className="font-semibold text-bad">{props.what}</p>
      <p className="name mt-0.5">{visible(error.message)}</p>
      <Details error={error} />
      {onRetry && error.passes && <RetryLater error={error} onRetry={onRetry} />}
      {onRetry && !error.passes && error.status >= 500 && (
        <Button small className="mt-2" onClick={onRetry}>
          Try again
        </Button>
      )}
    </div>
  );
}

// Limit, configured and observed value, if the message does not contain them.
function Details({ error }: { error: ApiError }) {
  const { limit, configured, observed } = error.details;
  const parts = [
    configured !== undefined && !error.message.includes(String(configured)) ? `allowed: ${String(configured)}` : '',
    observed !== undefined && !error.message.includes(String(observed)) ? `seen: ${String(observed)}` : '',
  ].filter(Boolean);
  if (limit === undefined || parts.length === 0) return null;
  return (
    <p className="note mt-0.5">
      Limit {visible(String(limit))}; {visible(parts.join(', '))}
    </p>
  );
}

// Counts down to the time when the server allows a retry.
export function RetryLater(props: { error: ApiError; onRetry: () => void }) {
  const until = useMemo(() => Date.now() + (props.error.retryAfterMs ?? 5000), [props.error]);
  const left = useCountdown(until);
  return (
    <p className="mt-2 flex flex-wrap items-center gap-3">
      <Button small onClick={props.onRetry} disabled={left > 0}>
        Try again
      </Button>
      <span aria-live="off" data-testid="countdown">
        {left > 0 ? `retry in ${left} s` : 'retry now'}
      </span>
    </p>
  );
}

// Whole seconds until a time of Date.now(), 0 afterwards.
export function useCountdown(until: number): number {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 250);
    return () => clearInterval(timer);
  }, []);
  return Math.max(0, Math.ceil((until - now) / 1000));
}
