// Searches outside the page's thread. It has a copy of the lines.
import { searchLines, type Matches, type Query } from './searchLines';

// `text`: lines joined by line breaks, each after a character that names its stream. They replace all from `from` on.
export type ToSearch = { kind: 'lines'; from: number; text: string } | { kind: 'search'; id: number; query: Query };
export type FromSearch = { id: number; matches: Matches } | { id: number; problem: string };
export const stderrMark = '2';

const lines: string[] = [];
const streams: boolean[] = [];

onmessage = ({ data }: MessageEvent<ToSearch>) => {
  if (data.kind === 'lines') return take(data.from, data.text);
  try {
    const matches = searchLines(lines, (line) => streams[line] ?? false, data.query);
    const answer: FromSearch = { id: data.id, matches };
    postMessage(answer, { transfer: [matches.lines.buffer, matches.starts.buffer, matches.ends.buffer] });
  } catch (error) {
    const answer: FromSearch = { id: data.id, problem: error instanceof Error ? error.message : String(error) };
    postMessage(answer);
  }
};

function take(from: number, text: string): void {
  lines.length = streams.length = from;
  if (text === '') return;
  for (const line of text.split('\n')) {
    streams.push(line.startsWith(stderrMark));
    lines.push(line.slice(1));
  }
}
