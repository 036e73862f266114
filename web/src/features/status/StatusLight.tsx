import { Link } from '../../app/router';
import { useServerStatus } from './useServerStatus';

const periodMs = 15_000;

// The server at a glance: whether it responds and has room.
export function StatusLight() {
  const { value, error } = useServerStatus(periodMs);
  const [look, words] = error
    ? ['bg-bad', 'no answer']
    : !value
      ? ['bg-line-strong', '…']
      : value.health.status !== 'ok'
        ? ['bg-warn', value.health.status]
        : value.queue.pending > 0
          ? ['bg-busy', `${value.queue.pending} waiting`]
          : ['bg-good', value.queue.running > 0 ? `${value.queue.running} running` : 'idle'];
  return (
    <Link href="/status" className="flex items-center gap-1.5 rounded px-2 py-1.5 hover:bg-sunken hover:text-ink max-sm:hidden">
      <span aria-hidden="true" className={`size-2 rounded-full ${look}`} />
      <span className="sr-only">Server status: </span>
      {words}
    </Link>
  );
}
