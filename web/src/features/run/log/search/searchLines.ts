// The search of a log: all matches are counted, and the first ones are kept with their places.
import type { Shown } from '../text/RowIndex';

export interface Query {
  text: string;
  regex: boolean;
  cased: boolean;
  shown: Shown;
}

export interface Matches {
  total: number;
  // The places of the kept matches, in order.
  lines: Uint32Array;
  starts: Uint32Array;
  ends: Uint32Array;
}

export const mostKept = 500_000;

// Throws a SyntaxError for a pattern that is none.
export function patternOf({ text, regex, cased }: Query): RegExp {
  return new RegExp(regex ? text : text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'), cased ? 'g' : 'gi');
}


// Line by line, so that a pattern never reaches over a line's end. Empty matches are none.
export function searchLines(lines: readonly string[], isStderr: (line: number) => boolean, query: Query, most = mostKept): Matches {
  const pattern = patternOf(query);
  const places: number[] = [];
  let total = 0;
  for (const [line, text] of lines.entries()) {
    if (query.shown !== 'both' && isStderr(line) !== (query.shown === 'stderr')) continue;
    pattern.lastIndex = 0;
    for (let match = pattern.exec(text); match; match = pattern.exec(text)) {
      if (match[0] === '') {
        pattern.lastIndex += 1;
        continue;
      }
      if (total < most) places.push(line, match.index, match.index + match[0].length);
      total += 1;
    }
  }
  const count = Math.min(total, most);
  const column = (which: number): Uint32Array => Uint32Array.from({ length: count }, (_, i) => places[i * 3 + which] ?? 0);
  return { total, lines: column(0), starts: column(1), ends: column(2) };
}

// The first kept match that ends behind a place, which is a line and a character of it; the number of matches if there
// is none.
export function firstMatchFrom({ lines, ends }: Matches, line: number, at = 0): number {
  let low = 0;
  let high = lines.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const other = lines[middle] ?? 0;
    if (other < line || (other === line && (ends[middle] ?? 0) <= at)) low = middle + 1;
    else high = middle;
  }
  return low;
}
