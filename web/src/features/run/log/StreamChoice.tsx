import type { Shown } from './text/RowIndex';

const streams: { shown: Shown; words: string }[] = [
  { shown: 'both', words: 'Both' },
  { shown: 'stdout', words: 'stdout' },
  { shown: 'stderr', words: 'stderr' },
];

export function StreamChoice({ shown, onChoose }: { shown: Shown; onChoose: (shown: Shown) => void }) {
  return (
    <div role="group" aria-label="Stream" className="flex overflow-hidden rounded-md border border-line bg-sheet text-[13px]">
      {streams.map(({ shown: stream, words }) => (
        <button
          key={stream}
          type="button"
          aria-pressed={shown === stream}
          onClick={() => onChoose(stream)}
          className="inline-flex min-h-7 items-center gap-1.5 border-l border-line px-2.5 text-muted first:border-l-0 hover:text-ink focus-visible:-outline-offset-2 aria-pressed:bg-accent-soft aria-pressed:text-ink"
        >
          {stream === 'stderr' && <span aria-hidden="true" className="h-3 w-[3px] bg-stderr" />}
          {words}
        </button>
      ))}
    </div>
  );
}
