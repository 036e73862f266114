// A log as a list in which only the rows near the screen are elements.
//
// All rows have one height. Browsers limit the height of an element: a list that is higher is scrolled in
// proportion, and its rows are placed again with each step.
import type { PlaceLinks } from '../linkProvider';
import type { LineRange } from '../lineAddress';
import { placesIn, type PlaceInText } from '../outputPlaces';
import { firstMatchFrom, type Matches } from '../search/searchLines';
import { partOf } from '../text/lineParts';
import type { LogLines } from '../text/LogLines';
import { RowIndex, type Shown } from '../text/RowIndex';
import { measured } from './measured';
import { rowElement, type Mark } from './rowElement';
import { isHeld, spotOf, type Spot } from './selection';

export const rowHeight = 20;
const highest = 8_000_000; // pixels; Firefox lays out twice as many, Chromium four times
const extraRows = 24;
const stepRows = 8;
// A line that is longer continues on the next row, also where lines are not wrapped.
const longestRow = 1000;
const fewestColumns = 20;
const textPadding = 28; // pixels at both sides of the text, as in styles.css

export interface LogListHandlers {
  followed: (following: boolean) => void;
  // The user chose the line by its number; with the shift key up to it.
  numbered: (line: number, extend: boolean) => void;
}

export class LogList {
  readonly #sheet = document.createElement('div');
  readonly #index: RowIndex;
  readonly #drawn = new Map<number, HTMLElement>();
  readonly #stop: (() => void)[] = [];
  #following = false;
  #wrap = false;
  #isDark: boolean;
  #links: PlaceLinks | null = null;
  #matches: Matches | null = null;
  #currentMatch = -1;
  #chosen: LineRange | null = null;
  #all = false; // everything is selected
  #dirty = 0; // lines from here on are drawn again
  #frame = 0;
  #height = 0;
  #lastTop = 0;
  #characterWidth = 8;

  constructor(
    private readonly box: HTMLElement,
    private readonly log: LogLines,
    private readonly handlers: LogListHandlers,
    isDark: boolean,
  ) {
    this.#isDark = isDark;
    this.#index = new RowIndex(log);
    this.#sheet.className = 'log-sheet';
    box.append(this.#sheet);
    this.#characterWidth = measured(box);
    const listen = <K extends keyof HTMLElementEventMap>(type: K, listener: (event: HTMLElementEventMap[K]) => void): void => {
      box.addEventListener(type, listener, { passive: type === 'scroll' });
      this.#stop.push(() => box.removeEventListener(type, listener));
    };
    listen('scroll', () => this.#scrolled());
    listen('click', (event) => this.#clicked(event));
    listen('keydown', (event) => this.#key(event));
    listen('mousedown', () => (this.#all = false));
    listen('copy', (event) => this.#copy(event));
    const resized = new ResizeObserver(() => this.#measure());
    resized.observe(box);
    this.#stop.push(() => resized.disconnect(), log.subscribe((from) => this.#grown(from)));
    this.#measure();
    this.#grown(0);
  }

  dispose(): void {
    cancelAnimationFrame(this.#frame);
    this.#stop.forEach((stop) => stop());
    this.#sheet.remove();
  }

  setDark(isDark: boolean): void {
    if (isDark === this.#isDark) return;
    this.#isDark = isDark;
    this.#redraw();
  }

  setLayout(shown: Shown, wrap: boolean): void {
    if (shown === this.#index.shown && wrap === this.#wrap) return;
    const at = this.firstLine();
    this.#wrap = wrap;
    this.#layOut(shown);
    if (!this.#following) this.showLine(at, 'start');
  }

  setLinks(links: PlaceLinks | null): void {
    this.#links = links;
    this.#redraw();
  }

  // `current`: the place of the match that the user is at; -1: none. `reveal`: it is scrolled to.
  setMatches(matches: Matches | null, current: number, reveal: boolean): void {
    this.#matches = matches;
    this.#currentMatch = current;
    this.#redraw();
    const line = matches?.lines[current];
    if (reveal && line !== undefined) this.#showMatch(line, matches?.starts[current] ?? 0);
  }

  setChosen(chosen: LineRange | null): void {
    this.#chosen = chosen;
    this.#redraw();
  }

  // The line at the top of the view.
  firstLine(): number {
    return this.#index.at(Math.ceil(this.#virtualTop() / rowHeight)).line;
  }

  follow(on: boolean): void {
    this.#setFollowing(on);
    if (on) this.#toEnd();
  }

  #toEnd(): void {
    this.box.scrollTop = this.box.scrollHeight;
    this.#lastTop = this.box.scrollTop;
  }

  toTop(): void {
    this.#setFollowing(false);
    this.box.scrollTop = 0;
  }

  showLine(line: number, where: 'start' | 'middle'): void {
    this.#showRow(this.#index.firstRow(line), where);
  }

  // The places that a line names.
  placesOf(line: number): PlaceInText[] {
    return this.#links ? placesIn(this.log.text(line), this.#links.isFile) : [];
  }

  // '' if nothing is selected.
  selection(): string {
    if (this.#all) return this.#textBetween({ row: 0, offset: 0 }, { row: this.#index.rows, offset: 0 });
    const selection = document.getSelection();
    if (!selection || selection.isCollapsed || selection.rangeCount === 0) return '';
    const range = selection.getRangeAt(0);
    const start = spotOf(this.#sheet, range.startContainer, range.startOffset);
    const end = spotOf(this.#sheet, range.endContainer, range.endOffset);
    return start && end ? this.#textBetween(start, end) : '';
  }

  #showMatch(line: number, at: number): void {
    this.#setFollowing(false);
    const text = this.log.text(line);
    let row = this.#index.firstRow(line);
    if (this.#index.columns < text.length) {
      for (let part = 0; partOf(text, this.log.isOdd(line), this.#index.columns, part).end <= at && part < this.#index.rows; part += 1) row += 1;
    }
    this.#showRow(row, 'middle');
    this.#draw();
    this.#sheet.querySelector('[data-current="true"]')?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }

  #showRow(row: number, where: 'start' | 'middle'): void {
    const top = row * rowHeight - (where === 'middle' ? Math.max(0, (this.#height - rowHeight) / 2) : 0);
    this.#setFollowing(false);
    this.#fit();
    this.box.scrollTop = this.#scrollTopOf(top);
    this.#schedule();
  }

  #grown(from: number): void {
    this.#dirty = Math.min(this.#dirty, from);
    this.#index.update(from);
    this.#schedule();
  }

  #measure(): void {
    this.#height = this.box.clientHeight;
    this.#layOut(this.#index.shown);
  }

  #layOut(shown: Shown): void {
    const old = { shown: this.#index.shown, columns: this.#index.columns };
    this.#index.setLayout(shown, this.#wrap ? this.#fittingColumns() : longestRow);
    if (old.shown !== shown || old.columns !== this.#index.columns) this.#redraw();
    else this.#schedule();
  }

  #fittingColumns(): number {
    const room = this.box.clientWidth - this.#numberWidth() - textPadding;
    return Math.max(fewestColumns, Math.min(longestRow, Math.floor(room / this.#characterWidth)));
  }

  #digits(): number {
    return Math.max(2, String(this.log.count).length);
  }

  #numberWidth(): number {
    return Math.ceil((this.#digits() + 2.5) * this.#characterWidth);
  }

  #redraw(): void {
    this.#dirty = 0;
    this.#schedule();
  }

  #schedule(): void {
    if (this.#frame !== 0) return;
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0;
      this.#draw();
    });
  }

  #scrolled(): void {
    const { scrollTop, scrollHeight, clientHeight } = this.box;
    // However little the user scrolls up, the next line of output does not pull the list down again.
    if (scrollTop < this.#lastTop - 1) this.#setFollowing(false);
    else if (scrollTop + clientHeight >= scrollHeight - rowHeight) this.#setFollowing(true);
    this.#lastTop = scrollTop;
    this.#schedule();
  }

  #setFollowing(on: boolean): void {
    if (this.#following === on) return;
    this.#following = on;
    this.handlers.followed(on);
  }

  get #total(): number {
    return this.#index.rows * rowHeight;
  }

  // The part of the list above the view, in pixels of a list without a limit.
  #virtualTop(): number {
    const { scrollTop } = this.box;
    if (this.#total <= highest) return scrollTop;
    return (scrollTop / (highest - this.#height)) * (this.#total - this.#height);
  }

  #scrollTopOf(top: number): number {
    return this.#total <= highest ? top : (top / (this.#total - this.#height)) * (highest - this.#height);
  }

  // The size of the sheet for the rows that there are.
  #fit(): void {
    const style = this.#sheet.style;
    style.height = `${Math.min(this.#total, highest)}px`;
    style.setProperty('--number-width', `${this.#numberWidth()}px`);
    style.minWidth = this.#wrap ? '' : `${Math.ceil(this.#numberWidth() + textPadding + this.#index.widest * this.#characterWidth)}px`;
    this.box.style.setProperty('--rows-height', `${this.#total}px`);
  }

  #draw(): void {
    this.#fit();
    if (this.#following) this.#toEnd();
    const exact = this.#total <= highest;
    const top = this.#virtualTop();
    const step = stepRows * rowHeight;
    const from = Math.max(0, (Math.floor(top / step) * step) / rowHeight - extraRows);
    const to = Math.min(this.#index.rows, Math.ceil((top + this.#height) / rowHeight) + stepRows + extraRows);
    this.#forget(from, to);
    const shift = exact ? 0 : this.box.scrollTop - top;
    let after: HTMLElement | null = null;
    for (let row = to - 1; row >= from; row -= 1) {
      let element = this.#drawn.get(row);
      if (!element) {
        element = this.#make(row);
        this.#drawn.set(row, element);
        this.#sheet.insertBefore(element, after ?? this.#firstAfter(row));
        element.style.top = `${row * rowHeight + shift}px`;
      } else if (!exact) element.style.top = `${row * rowHeight + shift}px`;
      after = element;
    }
  }

  // Takes out what is neither near the view nor still right.
  #forget(from: number, to: number): void {
    for (const [row, element] of this.#drawn) {
      const stale = Number(element.dataset['line']) >= this.#dirty || row >= this.#index.rows;
      if (!stale && ((row >= from && row < to) || isHeld(element))) continue;
      element.remove();
      this.#drawn.delete(row);
    }
    this.#dirty = Infinity;
  }

  // Rows are in their order, for selections.
  #firstAfter(row: number): HTMLElement | null {
    let found: HTMLElement | null = null;
    let nearest = Infinity;
    for (const [other, element] of this.#drawn) {
      if (other > row && other < nearest && element.isConnected) [nearest, found] = [other, element];
    }
    return found;
  }

  #make(row: number): HTMLElement {
    const { line, part } = this.#index.at(row);
    const text = this.log.text(line);
    const number = line + 1;
    const shown = partOf(text, this.log.isOdd(line), this.#index.columns, part);
    const element = rowElement({
      row,
      line,
      part,
      text,
      ...shown,
      stderr: this.log.isStderr(line),
      chosen: this.#chosen !== null && number >= this.#chosen.first && number <= this.#chosen.last,
      runs: this.log.runs(line),
      places: this.placesOf(line),
      marks: this.#marksOf(line, shown.start, shown.end),
      isDark: this.#isDark,
    });
    element.dataset['line'] = String(line);
    return element;
  }

  #marksOf(line: number, from: number, to: number): Mark[] {
    const marks: Mark[] = [];
    const matches = this.#matches;
    if (!matches) return marks;
    for (let i = firstMatchFrom(matches, line, from); matches.lines[i] === line && (matches.starts[i] ?? to) < to; i += 1) {
      marks.push({ start: matches.starts[i] ?? 0, end: matches.ends[i] ?? 0, current: i === this.#currentMatch });
    }
    return marks;
  }

  #clicked(event: MouseEvent): void {
    const target = event.target instanceof HTMLElement ? event.target : null;
    const row = target?.closest<HTMLElement>('.log-row');
    if (!target || !row) return;
    const line = Number(row.dataset['line']);
    if (target.closest('.log-number')) {
      if (event.metaKey || event.ctrlKey) return;
      event.preventDefault();
      return this.handlers.numbered(line + 1, event.shiftKey);
    }
    const place = target.closest<HTMLElement>('[data-place]')?.dataset['place'];
    if (place !== undefined && document.getSelection()?.isCollapsed !== false) this.openPlace(line, Number(place));
  }

  openPlace(line: number, which: number): boolean {
    const place = this.placesOf(line)[which];
    if (!place || !this.#links) return false;
    this.#links.open(place, this.log.text(line).trim().slice(0, 2000));
    return true;
  }

  #key(event: KeyboardEvent): void {
    const plain = !(event.ctrlKey || event.metaKey || event.altKey || event.shiftKey);
    if (plain && (event.key === 'End' || event.key === 'Home')) {
      // Not the browser's gentle way to an end that is further away when it arrives.
      if (event.key === 'End') this.follow(true);
      else this.toTop();
      event.preventDefault();
    } else if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'a') {
      document.getSelection()?.selectAllChildren(this.#sheet);
      this.#all = true;
      event.preventDefault();
    } else if (event.key.length === 1 && !(event.ctrlKey || event.metaKey)) this.#all = false;
  }

  #copy(event: ClipboardEvent): void {
    const text = this.selection();
    if (text === '') return;
    event.clipboardData?.setData('text/plain', text);
    event.preventDefault();
  }

  #textBetween(start: Spot, end: Spot): string {
    const [from, to] = [this.#offsetInLine(start), this.#offsetInLine(end)];
    const texts: string[] = [];
    for (const line of this.#index.between(from.line, to.line)) {
      const text = this.log.text(line);
      texts.push(text.slice(line === from.line ? from.at : 0, line === to.line ? to.at : text.length));
    }
    return texts.join('\n');
  }

  #offsetInLine({ row, offset }: Spot): { line: number; at: number } {
    if (row >= this.#index.rows) return { line: this.log.count, at: 0 };
    const { line, part } = this.#index.at(row);
    return { line, at: partOf(this.log.text(line), this.log.isOdd(line), this.#index.columns, part).start + offset };
  }
}
