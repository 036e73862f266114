// One row of the list as an element. What a tool wrote is set as text only.
import type { PlaceInText } from '../outputPlaces';
import { styleOf, type Run } from '../text/lineStyle';
import { setLook } from './styleLook';

export interface Mark {
  start: number;
  end: number;
  current: boolean;
}

export interface RowContent {
  row: number;
  line: number;
  part: number;
  text: string; // of the whole line
  start: number; // the part of it that this row shows
  end: number;
  stderr: boolean;
  chosen: boolean; // the address names it
  runs: readonly Run[] | null;
  places: readonly PlaceInText[];
  marks: readonly Mark[];
  isDark: boolean;
}

export function rowElement(content: RowContent): HTMLElement {
  const row = document.createElement('div');
  row.className = 'log-row';
  row.dataset['row'] = String(content.row);
  if (content.stderr) row.dataset['stderr'] = 'true';
  if (content.chosen) row.dataset['chosen'] = 'true';
  const number = document.createElement('a');
  number.className = 'log-number';
  number.tabIndex = -1;
  // Only the first row of a line has its number.
  if (content.part === 0) {
    number.href = `#L${content.line + 1}`;
    number.textContent = String(content.line + 1);
    if (content.stderr) number.setAttribute('aria-label', `${content.line + 1}, stderr`);
  }
  const text = document.createElement('span');
  text.className = 'log-text';
  fill(text, content);
  row.append(number, text);
  return row;
}

// U+2028 and U+2029 break a row; a replacement takes the same place.
const shownText = (text: string): string => (/[\u2028\u2029]/.test(text) ? text.replace(/[\u2028\u2029]/g, '\u2424') : text);

function fill(element: HTMLElement, content: RowContent): void {
  const { text, start, end, runs, places, marks } = content;
  if (runs === null && places.length === 0 && marks.length === 0) {
    element.textContent = shownText(text.slice(start, end));
    return;
  }
  const cuts = new Set<number>([start, end]);
  const cut = (at: number): void => {
    if (at > start && at < end) cuts.add(at);
  };
  runs?.forEach((run) => cut(run.end));
  [...places, ...marks].forEach((one) => (cut(one.start), cut(one.end)));
  const order = [...cuts].sort((a, b) => a - b);
  let run = 0;
  for (const [i, from] of order.slice(0, -1).entries()) {
    const to = order[i + 1] ?? end;
    while (runs && run < runs.length && (runs[run]?.end ?? 0) <= from) run += 1;
    element.append(piece(shownText(text.slice(from, to)), from, runs?.[run]?.style ?? 0, content));
  }
}

function piece(text: string, at: number, style: number, { places, marks, isDark }: RowContent): HTMLElement {
  const covers = (one: { start: number; end: number }): boolean => one.start <= at && at < one.end;
  const mark = marks.find(covers);
  const place = places.findIndex(covers);
  const element = document.createElement(mark ? 'mark' : 'span');
  element.textContent = text;
  if (style !== 0 && !mark) setLook(element, styleOf(style), isDark);
  if (mark?.current) element.dataset['current'] = 'true';
  if (place >= 0) {
    element.dataset['place'] = String(place);
    element.setAttribute('role', 'link');
    element.tabIndex = -1;
  }
  return element;
}
