import { useEffect } from 'react';
import type { Health, QueueStatus } from '../../api/types';
import { ErrorNote } from '../../ui/ErrorNote';
import { layerInWords, tierInWords } from '../../words/layers';
import { bytes, count, counted, duration } from '../../words/quantities';
import { visible } from '../../words/names';
import { useServerStatus } from './useServerStatus';

const periodMs = 2000;

// Slots, queue, isolation and limits, as the server reports them.
export default function StatusPage() {
  const { value, error, reload } = useServerStatus(periodMs);
  useEffect(() => {
    document.title = 'Server status · Glovebox';
  }, []);
  return (
    <section aria-labelledby="status-title" className="grid max-w-4xl gap-6">
      <h1 id="status-title" className="text-xl font-semibold">
        Server status
      </h1>
      {error && <ErrorNote error={error} what="The server status could not be loaded" onRetry={reload} />}
      {!value && !error && <p className="note">Asking…</p>}
      {value && <Busyness {...value} />}
      {value && <Isolation {...value.health.isolation} />}
      {value?.health.limits && <Limits limits={value.health.limits} />}
    </section>
  );
}

function Busyness({ health, queue }: { health: Health; queue: QueueStatus }) {
  const word = health.status === 'ok' ? 'Open: accepts new runs' : health.status === 'draining' ? 'Draining: no new runs' : health.status;
  return (
    <div className="panel grid gap-3 p-4">
      <p className="font-semibold">{word}</p>
      <Slots queue={queue} />
      <p>
        {queue.pending === 0 ? 'No run is waiting.' : `${counted(queue.pending, 'run waiting', 'runs waiting')}; the limit is ${count(queue.capacity)}.`}{' '}
        {queue.running < queue.concurrency && queue.pending === 0
          ? 'A new run starts immediately.'
          : `A new run would be at position ${queue.position} in the queue and start in about ${duration(queue.estimatedWaitMs)}.`}
      </p>
      <p className="note">
        Glovebox {health.version}, up for {duration(health.uptimeMs)}
      </p>
    </div>
  );
}

function Slots({ queue }: { queue: QueueStatus }) {
  const slots = Math.min(queue.concurrency, 64);
  return (
    <div>
      <p className="note mb-1" data-testid="slots">
        {queue.running} of {counted(queue.concurrency, 'slot')} busy
      </p>
      <div aria-hidden="true" className="flex flex-wrap gap-1">
        {Array.from({ length: slots }, (_, i) => (
          <span key={i} className={`h-3 w-8 rounded-sm ${i < queue.running ? 'bg-busy' : 'bg-sunken ring-1 ring-line ring-inset'}`} />
        ))}
      </div>
    </div>
  );
}

function Isolation({ tier, layers, missing }: Health['isolation']) {
  return (
    <section aria-labelledby="isolation-title" className="grid gap-3">
      <h2 id="isolation-title" className="font-semibold">
        Isolation: the {tier} tier
      </h2>
      <p>{tierInWords(tier)}</p>
      <dl className="panel grid gap-x-4 gap-y-1 p-4 sm:grid-cols-[12rem_1fr]" data-testid="layers">
        {layers.map((layer) => (
          <div key={layer} className="contents">
            <dt className="flex items-baseline gap-2 font-mono text-[13px]">
              <span className="text-good">
                <span aria-hidden="true">✓</span>
                <span className="sr-only">on:</span>
              </span>
              {layer}
            </dt>
            <dd className="mb-1 text-sm text-muted sm:mb-0">{layerInWords(layer)}</dd>
          </div>
        ))}
      </dl>
      {missing.length === 0 ? (
        <p className="note">No layer is missing.</p>
      ) : (
        <ul className="grid gap-2">
          {missing.map(({ layer, why, remedy }) => (
            <li key={layer} className="rounded-md border border-warn bg-warn-soft px-3 py-2 text-sm">
              <p>
                <span className="font-semibold text-warn">Without {layer}:</span> {visible(why)}
              </p>
              <p className="note">Remedy: {visible(remedy)}</p>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function Limits({ limits }: { limits: NonNullable<Health['limits']> }) {
  const rows: [string, string][] = [
    ['Archive size', bytes(limits.uploadBytes)],
    ['Unpacked', bytes(limits.unpackedBytes)],
    ['File size', bytes(limits.fileBytes)],
    ['Files and folders', count(limits.archiveEntries)],
    ['Compression', `${limits.archiveRatio} to 1`],
    ['Runs per hour', limits.hourlyPerClient > 0 ? count(limits.hourlyPerClient) : 'unlimited'],
    ['Runs at once', limits.concurrentPerClient > 0 ? count(limits.concurrentPerClient) : 'unlimited'],
  ];
  return (
    <section aria-labelledby="limits-title" className="grid gap-3">
      <h2 id="limits-title" className="font-semibold">
        Limits
      </h2>
      <dl className="panel grid gap-x-4 gap-y-1 p-4 sm:grid-cols-[12rem_1fr]">
        {rows.map(([name, value]) => (
          <div key={name} className="contents">
            <dt className="text-muted">{name}</dt>
            <dd className="tabular-nums">{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
