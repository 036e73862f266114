// Which rows of the screen a log takes: the lines of the shown streams, each as many rows as it needs.
import type { OutputStream } from '../../../../api/types';
import type { LogLines } from './LogLines';
import { partCount } from './lineParts';

export type Shown = 'both' | OutputStream;

export class RowIndex {
  #lines = new Uint32Array(1024); // the shown lines
  #ends = new Uint32Array(1024); // the row after the last one of each
  #count = 0;
  #next = 0; // the line that is looked at next
  shown: Shown = 'both';
  columns = 1000;
  // Characters of the longest row so far.
  widest = 0;

  constructor(private readonly log: LogLines) {}

  get rows(): number {
    return this.#count === 0 ? 0 : (this.#ends[this.#count - 1] ?? 0);
  }

  setLayout(shown: Shown, columns: number): void {
    if (shown === this.shown && columns === this.columns) return;
    this.shown = shown;
    this.columns = columns;
    this.widest = 0;
    this.update(0);
  }

  // Lines from `from` on are new or have changed.
  update(from: number): void {
    if (from < this.#next) {
      this.#count = this.#placeOf(from);
      this.#next = from;
    }
    let row = this.rows;
    for (const { count } = this.log; this.#next < count; this.#next += 1) {
      const line = this.#next;
      if (this.shown !== 'both' && this.log.isStderr(line) !== (this.shown === 'stderr')) continue;
      const text = this.log.text(line);
      row += partCount(text, this.log.isOdd(line), this.columns);
      this.widest = Math.max(this.widest, Math.min(text.length, this.columns));
      this.#add(line, row);
    }
  }

  // The line of a row, and which of its rows it is.
  at(row: number): { line: number; part: number } {
    let low = 0;
    let high = this.#count - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#ends[middle] ?? 0) <= row) low = middle + 1;
      else high = middle;
    }
    return { line: this.#lines[low] ?? 0, part: row - (low === 0 ? 0 : (this.#ends[low - 1] ?? 0)) };
  }

  // The first row of a line; of the next shown line if it is not shown.
  firstRow(line: number): number {
    const place = this.#placeOf(line);
    return place === 0 ? 0 : (this.#ends[place - 1] ?? 0);
  }

  // The shown lines from one to another, both included.
  *between(first: number, last: number): Generator<number> {
    for (let place = this.#placeOf(first); place < this.#count; place += 1) {
      const line = this.#lines[place] ?? 0;
      if (line > last) return;
      yield line;
    }
  }

  // The place of the first shown line that is not before `line`.
  #placeOf(line: number): number {
    let low = 0;
    let high = this.#count;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#lines[middle] ?? 0) < line) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #add(line: number, end: number): void {
    if (this.#count === this.#lines.length) {
      this.#lines = grown(this.#lines);
      this.#ends = grown(this.#ends);
    }
    this.#lines[this.#count] = line;
    this.#ends[this.#count] = end;
    this.#count += 1;
  }
}

function grown(old: Uint32Array): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(old.length * 2);
  larger.set(old);
  return larger;
}
