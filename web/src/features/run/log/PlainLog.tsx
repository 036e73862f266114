import { useEffect, useState, useSyncExternalStore } from 'react';
import type { OutputStore } from '../OutputStore';
import type { Shown } from './LogTerminal';
import { plainText } from './tameText';

const mostLines = 5000;
const periodMs = 500;

// The output as text for screen readers: the last lines, without colours.
export function PlainLog({ output, shown }: { output: OutputStore; shown: Shown }) {
  const totals = useSyncExternalStore(output.subscribe, () => output.totals);
  const [text, setText] = useState('');
  useEffect(() => {
    const timer = setTimeout(() => setText(lastLines(plainText(output.text(shown)))), text === '' ? 0 : periodMs);
    return () => clearTimeout(timer);
  }, [output, shown, totals]); // `text` only tells whether it is the first time
  return (
    <pre
      tabIndex={0}
      role="log"
      aria-label="Output of the tool as plain text"
      aria-live="off"
      className="h-[min(60vh,40rem)] overflow-auto rounded-md border border-line bg-white p-2 font-mono text-[13px] whitespace-pre-wrap dark:bg-sunken"
      data-testid="plain-log"
    >
      {text}
    </pre>
  );
}

function lastLines(text: string): string {
  const lines = text.split('\n');
  if (lines.length <= mostLines) return text;
  return `… the last ${mostLines} lines; the full log has all\n${lines.slice(-mostLines).join('\n')}`;
}
