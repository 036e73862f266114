// Colours and forms of text (SGR), as a terminal has them, and their runs in a line.

export interface Style {
  ink: number; // a colour, or `unset`
  paper: number;
  bold: boolean;
  dim: boolean;
  italic: boolean;
  underline: boolean;
  strike: boolean;
  inverse: boolean;
}

// The characters of a line from the run before up to `end` have one style.
export interface Run {
  end: number;
  style: number;
}

// A colour is an index up to 255, or red, green and blue with this bit.
export const trueColour = 1 << 24;
export const unset = -1;
export const noStyle: Style = { ink: unset, paper: unset, bold: false, dim: false, italic: false, underline: false, strike: false, inverse: false };

// More styles than any tool needs; others have none.
const mostStyles = 4096;
const known: Style[] = [noStyle];
const ids = new Map<string, number>([[keyOf(noStyle), 0]]);

function keyOf(style: Style): string {
  return `${style.ink} ${style.paper} ${[style.bold, style.dim, style.italic, style.underline, style.strike, style.inverse].map(Number).join('')}`;
}

export function styleId(style: Style): number {
  if (style === noStyle) return 0;
  const key = keyOf(style);
  const id = ids.get(key);
  if (id !== undefined) return id;
  if (known.length >= mostStyles) return 0;
  known.push(style);
  ids.set(key, known.length - 1);
  return known.length - 1;
}

export const styleOf = (id: number): Style => known[id] ?? noStyle;

export function applySgr(from: Style, parameters: string): Style {
  if (parameters === '' || parameters === '0') return noStyle;
  const style = { ...from };
  const codes = parameters.split(/[;:]/).map((part) => Number(part) || 0);
  for (let i = 0; i < codes.length; i += 1) {
    const code = codes[i] ?? 0;
    if (code === 38 || code === 48) i = readColour(style, code === 38 ? 'ink' : 'paper', codes, i + 1);
    else applyCode(style, code);
  }
  return style;
}

function applyCode(style: Style, code: number): void {
  if (code === 0) Object.assign(style, noStyle);
  else if (code === 1) style.bold = true;
  else if (code === 2) style.dim = true;
  else if (code === 3) style.italic = true;
  else if (code === 4) style.underline = true;
  else if (code === 7) style.inverse = true;
  else if (code === 9) style.strike = true;
  else if (code === 22) style.bold = style.dim = false;
  else if (code === 23) style.italic = false;
  else if (code === 24) style.underline = false;
  else if (code === 27) style.inverse = false;
  else if (code === 29) style.strike = false;
  else if (code >= 30 && code <= 37) style.ink = code - 30;
  else if (code === 39) style.ink = unset;
  else if (code >= 40 && code <= 47) style.paper = code - 40;
  else if (code === 49) style.paper = unset;
  else if (code >= 90 && code <= 97) style.ink = code - 82;
  else if (code >= 100 && code <= 107) style.paper = code - 92;
}

// After 38 or 48: 5;INDEX or 2;RED;GREEN;BLUE. Returns the position of the last number used.
function readColour(style: Style, which: 'ink' | 'paper', codes: number[], at: number): number {
  const part = (i: number): number => Math.min(255, codes[i] ?? 0);
  if (codes[at] === 5) {
    style[which] = part(at + 1);
    return at + 1;
  }
  if (codes[at] === 2) {
    style[which] = trueColour | (part(at + 1) << 16) | (part(at + 2) << 8) | part(at + 3);
    return at + 3;
  }
  return at;
}

// The runs of a line of `length` characters after `count` from `start` on were written in one style.
export function painted(runs: readonly Run[] | null, length: number, start: number, count: number, style: number): Run[] {
  const out: Run[] = [];
  const add = (end: number, of: number): void => {
    const last = out[out.length - 1];
    if (end <= (last?.end ?? 0)) return;
    if (last && last.style === of) last.end = end;
    else out.push({ end, style: of });
  };
  const old = runs ?? [{ end: length, style: 0 }];
  for (const run of old) add(Math.min(run.end, start), run.style);
  add(start, 0);
  add(start + count, style);
  for (const run of old) add(run.end, run.style);
  return out;
}
