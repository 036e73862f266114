import { useEffect, useMemo, useState, useSyncExternalStore, type ReactNode } from 'react';
import type { OutputStore } from '../OutputStore';
import type { PlaceLinks } from './linkProvider';
import type { Shown } from './text/RowIndex';
import { placesIn } from './outputPlaces';
import { plainText } from './tameText';

const mostLines = 5000;
const mostLinks = 2000;
const periodMs = 500;

// The output as text for screen readers: the last lines, without colours. Places in the project are buttons.
export function PlainLog({ output, shown, links }: { output: OutputStore; shown: Shown; links: PlaceLinks | null }) {
  const totals = useSyncExternalStore(output.subscribe, () => output.totals);
  const [text, setText] = useState('');
  useEffect(() => {
    const timer = setTimeout(() => setText(lastLines(plainText(output.text(shown)))), text === '' ? 0 : periodMs);
    return () => clearTimeout(timer);
  }, [output, shown, totals]); // `text` only tells whether it is the first time
  const pieces = useMemo(() => (links ? withLinks(text, links) : text), [text, links]);
  return (
    <pre
      tabIndex={0}
      role="log"
      aria-label="Output of the tool as plain text"
      aria-live="off"
      className="log-plain h-[min(60vh,40rem)] flex-1 overflow-auto p-2 font-mono text-[13px] whitespace-pre-wrap"
      data-testid="plain-log"
    >
      {pieces}
    </pre>
  );
}

// Text as it is, with a button for each place, up to a bound.
function withLinks(text: string, links: PlaceLinks): ReactNode {
  const pieces: ReactNode[] = [];
  let done = 0; // characters that are in `pieces`
  let start = 0; // of the line
  let count = 0;
  for (const line of text.split('\n')) {
    for (const place of count < mostLinks ? placesIn(line, links.isFile) : []) {
      pieces.push(text.slice(done, start + place.start));
      done = start + place.end;
      count += 1;
      pieces.push(
        <button key={count} type="button" className="cursor-pointer underline decoration-line-strong underline-offset-2" onClick={() => links.open(place, line.trim())}>
          {text.slice(start + place.start, done)}
        </button>,
      );
    }
    start += line.length + 1;
  }
  return [...pieces, text.slice(done)];
}

function lastLines(text: string): string {
  const lines = text.split('\n');
  if (lines.length <= mostLines) return text;
  return `… the last ${mostLines} lines; the full log has all\n${lines.slice(-mostLines).join('\n')}`;
}
