import { useState, useEffect, useSyncExternalStore } from 'react';
import { Link } from '../../app/router';
import { busyWords, merged, onBusy, seenBusy } from './busy';
import { useServerStatus } from './useServerStatus';

const idleMs = 15_000;
const busyMs = 2000;

// The server at a glance: whether it responds, what runs and what waits.
export function StatusLight() {
  const [period, setPeriod] = useState(idleMs);
  const { value, error } = useServerStatus(period);
  useSyncExternalStore(onBusy, seenBusy);
  const busy = merged({ running: value?.queue.running ?? 0, waiting: value?.queue.pending ?? 0 }, value?.at ?? Infinity);
  const isBusy = busy.running + busy.waiting > 0;
  useEffect(() => setPeriod(isBusy ? busyMs : idleMs), [isBusy]);
  const [look, words] = error
    ? ['bg-bad', 'no answer']
    : !value && !isBusy
      ? ['bg-line-strong', '…']
      : value && value.health.status !== 'ok'
        ? ['bg-warn', value.health.status]
        : [busy.waiting > 0 ? 'bg-busy' : 'bg-good', busyWords(busy)];
  return (
    <Link href="/status" data-testid="status-line" className="flex items-center gap-1.5 rounded px-2 py-1.5 whitespace-nowrap tabular-nums hover:bg-sunken hover:text-ink max-sm:hidden">
      <span aria-hidden="true" className={`size-2 rounded-full ${look}`} />
      <span className="sr-only">Server status: </span>
      {words}
    </Link>
  );
}
