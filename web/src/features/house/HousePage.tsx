import { useEffect } from 'react';
import type { Health, QueueStatus } from '../../api/types';
import { ErrorNote } from '../../ui/ErrorNote';
import { layerInWords, tierInWords } from '../../words/layers';
import { bytes, count, counted, duration } from '../../words/quantities';
import { visible } from '../../words/names';
import { useHouse } from './useHouse';

const periodMs = 2000;

// Slots, queue and isolation, as the server itself tells them.
export default function HousePage() {
  const { value, error, reload } = useHouse(periodMs);
  useEffect(() => {
    document.title = 'The house · Glovebox';
  }, []);
  return (
    <section aria-labelledby="house-title" className="grid max-w-4xl gap-6">
      <h1 id="house-title" className="text-xl font-semibold">
        State of the house
      </h1>
      {error && <ErrorNote error={error} what="The server does not tell its state" onRetry={reload} />}
      {!value && !error && <p className="note">Asking…</p>}
      {value && <Busyness {...value} />}
      {value && <Isolation {...value.health.isolation} />}
      {value?.health.limits && <Limits limits={value.health.limits} />}
    </section>
  );
}

function Busyness({ health, queue }: { health: Health; queue: QueueStatus }) {
  const word = health.status === 'ok' ? 'Open: it takes runs' : health.status === 'draining' ? 'Closing: no new runs' : health.status;
  return (
    <div className="panel grid gap-3 p-4">
      <p className="font-semibold">{word}</p>
      <Slots queue={queue} />
      <p>
        {queue.pending === 0 ? 'Nobody waits.' : `${counted(queue.pending, 'run waits', 'runs wait')}, of ${count(queue.capacity)} that may.`}{' '}
        {queue.running < queue.concurrency && queue.pending === 0
          ? 'A new run starts at once.'
          : `A new run would be at place ${queue.position} and start in about ${duration(queue.estimatedWaitMs)}.`}
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
        What holds a run: the {tier} tier
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
    ['An archive', bytes(limits.uploadBytes)],
    ['Unpacked', bytes(limits.unpackedBytes)],
    ['One file', bytes(limits.fileBytes)],
    ['Files and folders', count(limits.archiveEntries)],
    ['Compression', `${limits.archiveRatio} to 1`],
    ['Runs an hour', limits.hourlyPerClient > 0 ? count(limits.hourlyPerClient) : 'as many as you like'],
    ['Runs at once', limits.concurrentPerClient > 0 ? count(limits.concurrentPerClient) : 'as many as you like'],
  ];
  return (
    <section aria-labelledby="limits-title" className="grid gap-3">
      <h2 id="limits-title" className="font-semibold">
        What each of you may
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
