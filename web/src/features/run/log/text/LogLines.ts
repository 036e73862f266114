// The output of a run as lines: filtered text, the stream it came from, and its colours.
//
// A carriage return, a backspace and the cursor moves that tameText.ts leaves are carried out on the lines, so that a
// progress bar is one line in its last state. Text of another stream starts on a new line. The lines are numbered from
// 0 here; people see them from 1.
import type { OutputStream } from '../../../../api/types';
import { TameText } from '../tameText';
import { applySgr, noStyle, painted, styleId, type Run, type Style } from './lineStyle';

// Output that has more lines is not held to its end, and the page says so.
export const mostLines = 1_000_000;
// The cursor goes back at most so many lines, and only into lines at most so long: a longer one is continued on a new line.
const reachLines = 100;
const reachColumns = 4096;
const widestMove = 512;
// Colours beyond these are left out; the text is not.
const mostRunsInLine = 1000;
const mostRuns = 2_000_000;

const stderrFlag = 1;
const oddFlag = 2;
const controls = /[\r\x08\x1b]/;
const tokens = /[\n\r\x08]|\x1b\[([0-9;:]*)([@-~])|[^\n\r\x08\x1b]+/g;
// Tabs, wide and combining characters: a column is not a character.
const odd = /[\t\u0300-\uffff]/;

export class LogLines {
  #texts: string[] = [''];
  #flags: number[] = [0];
  #runs = new Map<number, Run[]>();
  #runCount = 0;
  #tame: Record<OutputStream, TameText> = { stdout: new TameText(), stderr: new TameText() };
  #stream: OutputStream = 'stdout';
  #pen: Style = noStyle;
  #penId = 0;
  #row = 0;
  #column = 0;
  #lowest = 0; // the first line that the current piece has changed
  #listeners = new Set<(from: number) => void>();
  // Lines were changed after the cursor had left them, as in a terminal.
  moves = false;
  // There were more lines than fit; the rest is not held.
  full = false;

  // The last line counts if it has text.
  get count(): number {
    const last = this.#texts.length - 1;
    return this.#texts[last] === '' ? last : last + 1;
  }

  text(line: number): string {
    return this.#texts[line] ?? '';
  }

  isStderr(line: number): boolean {
    return ((this.#flags[line] ?? 0) & stderrFlag) !== 0;
  }

  // Whether some of its characters take no column or more than one.
  isOdd(line: number): boolean {
    return ((this.#flags[line] ?? 0) & oddFlag) !== 0;
  }

  // Null: the line has no colours.
  runs(line: number): readonly Run[] | null {
    return this.#runs.get(line) ?? null;
  }

  // Told the first line that is new or has changed.
  subscribe = (listener: (from: number) => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  push(stream: OutputStream, text: string): void {
    if (this.full) return;
    const tame = this.#tame[stream].push(text);
    if (tame === '') return;
    this.#lowest = this.#row;
    if (stream !== this.#stream) this.#turnTo(stream);
    if (controls.test(tame)) this.#write(tame);
    else this.#writePlain(tame);
    this.#tell(this.#lowest);
  }

  clear(): void {
    this.#texts = [''];
    this.#flags = [0];
    this.#runs.clear();
    this.#runCount = 0;
    this.#tame = { stdout: new TameText(), stderr: new TameText() };
    this.#stream = 'stdout';
    [this.#pen, this.#penId, this.#row, this.#column] = [noStyle, 0, 0, 0];
    [this.moves, this.full] = [false, false];
    this.#tell(0);
  }

  #tell(from: number): void {
    this.#listeners.forEach((listener) => listener(from));
  }

  #turnTo(stream: OutputStream): void {
    this.#stream = stream;
    this.#row = this.#texts.length - 1;
    if (this.#texts[this.#row] !== '') return this.#newLine();
    this.#column = 0;
    this.#flags[this.#row] = this.#streamFlag();
  }

  #streamFlag(): number {
    return this.#stream === 'stderr' ? stderrFlag : 0;
  }

  #writePlain(text: string): void {
    let start = 0;
    for (let end = text.indexOf('\n'); end >= 0 && !this.full; end = text.indexOf('\n', start)) {
      if (end > start) this.#put(text.slice(start, end));
      this.#newLine();
      start = end + 1;
    }
    if (start < text.length && !this.full) this.#put(text.slice(start));
  }

  #write(text: string): void {
    for (const [token, parameters = '', final] of text.matchAll(tokens)) {
      if (this.full) return;
      if (token === '\n') this.#newLine();
      else if (token === '\r') this.#toColumn(0);
      else if (token === '\b') this.#toColumn(this.#column - 1);
      else if (final === undefined) this.#put(token);
      else if (final === 'm') this.#colour(parameters);
      else this.#move(final, Math.min(Number(parameters.split(/[;:]/)[0]) || 0, 10_000));
    }
  }

  #newLine(): void {
    this.#column = 0;
    this.#row += 1;
    if (this.#row < this.#texts.length) return this.#touch();
    if (this.#row >= mostLines) {
      this.full = true;
      return;
    }
    this.#texts.push('');
    this.#flags.push(this.#streamFlag());
  }

  #touch(): void {
    this.#lowest = Math.min(this.#lowest, this.#row);
  }

  // On a very long line the cursor does not go back: that would take the time of the whole line for each character.
  #toColumn(column: number): void {
    const { length } = this.text(this.#row);
    if (length > reachColumns && column < this.#column) {
      this.#row = this.#texts.length - 1;
      return this.#newLine();
    }
    this.#column = Math.max(0, Math.min(column, Math.max(length, widestMove)));
  }

  #colour(parameters: string): void {
    this.#pen = applySgr(this.#pen, parameters);
    this.#penId = styleId(this.#pen);
  }

  #put(added: string): void {
    const text = this.text(this.#row);
    const at = this.#column;
    this.#paint(text.length, at, added.length);
    if (at === text.length) this.#texts[this.#row] = text === '' ? added : text + added;
    else this.#texts[this.#row] = text.slice(0, at).padEnd(at) + added + text.slice(at + added.length);
    this.#column = at + added.length;
    if (odd.test(added)) this.#flags[this.#row] = (this.#flags[this.#row] ?? 0) | oddFlag;
    this.#touch();
  }

  #paint(length: number, at: number, count: number): void {
    const old = this.#runs.get(this.#row);
    if ((this.#penId === 0 && !old) || this.#runCount >= mostRuns || (old && old.length >= mostRunsInLine)) return;
    const last = old?.[old.length - 1];
    if (old && last && at === length && last.end === length) {
      if (last.style === this.#penId) last.end += count;
      else old.push({ end: at + count, style: this.#penId });
      this.#runCount += 1;
      return;
    }
    const runs = painted(old ?? null, length, at, count, this.#penId);
    this.#runCount += Math.max(1, runs.length - (old?.length ?? 0));
    this.#runs.set(this.#row, runs);
  }

  #move(final: string, given: number): void {
    const by = Math.max(1, given);
    switch (final) {
      case 'A':
      case 'F':
        return this.#toRow(this.#row - by, final === 'F');
      case 'B':
      case 'E':
        return this.#toRow(this.#row + by, final === 'E');
      case 'C':
        return this.#toColumn(this.#column + by);
      case 'D':
        return this.#toColumn(this.#column - by);
      case 'G':
        return this.#toColumn(by - 1);
      case 'J':
        for (let row = this.#row + 1; row < this.#texts.length; row += 1) this.#set(row, '');
        return this.#erase(0);
      case 'K':
        return this.#erase(given);
      default:
        return this.#edit(final, by);
    }
  }

  #toRow(row: number, toStart: boolean): void {
    const last = this.#texts.length - 1;
    this.moves = true;
    this.#row = Math.max(0, last - reachLines, Math.min(row, last));
    if (toStart) this.#column = 0;
    else this.#column = Math.min(this.#column, Math.max(this.text(this.#row).length, widestMove));
    if (this.text(this.#row).length > reachColumns) this.#column = this.text(this.#row).length;
  }

  #erase(which: number): void {
    const text = this.text(this.#row);
    if (which === 0 && this.#column >= text.length) return;
    if (which === 0) this.#set(this.#row, text.slice(0, this.#column));
    else if (which === 1) this.#set(this.#row, ' '.repeat(Math.min(this.#column, text.length)) + text.slice(this.#column));
    else if (which === 2) this.#set(this.#row, '');
  }

  // Inserted, deleted and blanked characters.
  #edit(final: string, by: number): void {
    const text = this.text(this.#row);
    const at = Math.min(this.#column, text.length);
    if (text.length > reachColumns) return;
    const count = Math.min(by, reachColumns);
    if (final === '@') this.#set(this.#row, (text.slice(0, at) + ' '.repeat(count) + text.slice(at)).slice(0, reachColumns));
    else if (final === 'P') this.#set(this.#row, text.slice(0, at) + text.slice(at + count));
    else if (final === 'X') this.#set(this.#row, text.slice(0, at) + ' '.repeat(Math.min(count, text.length - at)) + text.slice(at + count));
  }

  // Cuts the colours to the new length.
  #set(row: number, text: string): void {
    this.#texts[row] = text;
    this.#lowest = Math.min(this.#lowest, row);
    const runs = this.#runs.get(row);
    if (!runs) return;
    const kept = runs.filter((_, i) => (i === 0 ? 0 : (runs[i - 1]?.end ?? 0)) < text.length);
    this.#runCount -= runs.length - kept.length;
    if (kept.length === 0) this.#runs.delete(row);
    else this.#runs.set(row, kept.map((run) => ({ ...run, end: Math.min(run.end, text.length) })));
  }
}
