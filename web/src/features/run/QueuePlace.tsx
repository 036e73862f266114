import { api } from '../../api/client';
import { counted, duration } from '../../words/quantities';
import { useAsync } from '../../ui/useAsync';
import type { RunState } from './runState';

// The position of a run in the queue, updated by its stream.
export function QueuePlace({ state }: { state: RunState }) {
  const queue = useAsync(`queue ${state.position}`, (signal) => api.queue(undefined, signal)).value;
  const place = state.position;
  return (
    <div className="panel p-4" data-testid="queue-place">
      <p className="text-lg font-semibold tabular-nums">
        {place > 0 ? `Position ${place} in the queue` : 'Next in the queue'}
      </p>
      <p className="note">
        {state.estimatedWaitMs > 0 ? `Starts in about ${duration(state.estimatedWaitMs)}` : 'Starts when a slot is free'}
        {queue && `; ${counted(queue.running, 'run')} running in ${counted(queue.concurrency, 'slot')}, ${queue.pending} waiting.`}
      </p>
    </div>
  );
}
