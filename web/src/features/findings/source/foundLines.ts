// Which findings are shown at which line of a text, and which part of the line they refer to.
import { severities, type Severity } from '../../../api/findingTypes';
import type { Found } from '../place';

export interface FoundLine {
  line: number; // from 1, always a line of the text
  severity: Severity; // the worst
  found: Found[];
}

// In the order of the lines. A finding without a line is shown at the first line, one after the end
// at the last.
export function foundLines(all: readonly Found[], lines: number): FoundLine[] {
  const byLine = new Map<number, FoundLine>();
  for (const found of all) {
    const line = lineOf(found, lines);
    const there = byLine.get(line);
    if (!there) byLine.set(line, { line, severity: found.severity, found: [found] });
    else {
      there.found.push(found);
      if (severities.indexOf(found.severity) < severities.indexOf(there.severity)) there.severity = found.severity;
    }
  }
  return [...byLine.values()].sort((a, b) => a.line - b.line);
}

export const lineOf = (found: Pick<Found, 'line'>, lines: number): number => Math.min(Math.max(1, found.line ?? 1), Math.max(1, lines));

// From and to as offsets in the line; null if the tool gives no column or one after the line's end.
// Without an end it is the word at the column.
export function rangeIn(text: string, found: Pick<Found, 'line' | 'column' | 'endLine' | 'endColumn'>): { from: number; to: number } | null {
  if (found.column === null || found.column < 1 || found.column > text.length) return null;
  const from = found.column - 1;
  const sameLine = found.endLine === null || found.endLine === found.line;
  if (!sameLine) return { from, to: text.length };
  if (found.endColumn !== null && found.endColumn > found.column) return { from, to: Math.min(text.length, found.endColumn - 1) };
  const word = /^[\p{L}\p{N}_$]+/u.exec(text.slice(from, from + 200));
  return { from, to: from + Math.max(1, word?.[0].length ?? 1) };
}

// Marks next to the scrollbar: one for each of `slots` parts of the height, with the worst severity
// in it.
export function scrollMarks(lines: readonly FoundLine[], at: (line: number) => number, slots: number): { slot: number; severity: Severity; line: number }[] {
  const marks = new Map<number, { slot: number; severity: Severity; line: number }>();
  for (const { line, severity } of lines) {
    const slot = Math.min(slots - 1, Math.max(0, Math.floor(at(line) * slots)));
    const there = marks.get(slot);
    if (!there || severities.indexOf(severity) < severities.indexOf(there.severity)) marks.set(slot, { slot, severity, line });
  }
  return [...marks.values()];
}
