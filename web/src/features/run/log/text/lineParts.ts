// A line on the screen: it continues on further rows where it is longer than a row has columns.

const tabColumns = 8;

// Rows that a line takes; `odd`: not every character takes one column.
export function partCount(text: string, odd: boolean, columns: number): number {
  if (text.length * tabColumns <= columns) return 1;
  return odd ? oddParts(text, columns).length : Math.max(1, Math.ceil(text.length / columns));
}

// The last long line: its rows are drawn one by one.
let kept: { text: string; columns: number; starts: number[] } | null = null;
const longText = 4096;

export function partOf(text: string, odd: boolean, columns: number, part: number): { start: number; end: number } {
  if (!odd || text.length * tabColumns <= columns) return { start: part * columns, end: Math.min(text.length, (part + 1) * columns) };
  const starts = oddParts(text, columns);
  return { start: starts[part] ?? text.length, end: starts[part + 1] ?? text.length };
}

function oddParts(text: string, columns: number): number[] {
  if (kept && kept.columns === columns && kept.text === text) return kept.starts;
  const starts = [0];
  let used = 0;
  let start = 0;
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    const takes = columnsOf(code, used);
    // Also a bound on characters that take no column.
    const begins = i > start && (used + takes > columns || i - start >= columns * 2);
    if (begins && !(code >= 0xdc00 && code <= 0xdfff)) {
      starts.push(i);
      start = i;
      used = 0;
    }
    used += takes;
  }
  if (text.length > longText) kept = { text, columns, starts };
  return starts;
}

// At least as many as the character takes on the screen.
function columnsOf(code: number, used: number): number {
  if (code === 9) return tabColumns - (used % tabColumns);
  if (code < 0x300) return 1;
  if (code <= 0x36f || (code >= 0xdc00 && code <= 0xdfff)) return 0;
  if ((code >= 0x1100 && code <= 0x115f) || code >= 0x2e80) return 2;
  return 1;
}
