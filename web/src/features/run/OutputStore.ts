// The output of one run in order of arrival. Each view remembers its own position.
import type { OutputEvent, OutputStream } from '../../api/types';
import { LogLines } from './log/text/LogLines';

export interface OutputPiece {
  stream: OutputStream;
  text: string;
}

export interface OutputTotals {
  lines: number;
  stderrLines: number;
  characters: number;
  // There was more output than fits here: not all of it is shown and searched.
  full: boolean;
  // The tool has moved the cursor to earlier lines.
  moves: boolean;
}

const noTotals: OutputTotals = { lines: 0, stderrLines: 0, characters: 0, full: false, moves: false };

// Far above what servers store of a run, but a limit.
export const mostCharacters = 64 * 1024 * 1024;

export class OutputStore {
  readonly pieces: OutputPiece[] = [];
  // The same output as lines. Its texts share the memory of the pieces.
  readonly lines = new LogLines();
  // Replaced, never changed, so that it can be compared.
  totals: OutputTotals = noTotals;
  #lastSeq = 0;
  #listeners = new Set<() => void>();

  append(event: OutputEvent): void {
    // After a dropped piece nothing is added, however short, because there would be a gap.
    if (event.seq <= this.#lastSeq || this.totals.full) return;
    this.#lastSeq = event.seq;
    if (this.totals.characters + event.text.length > mostCharacters) {
      this.#set({ ...this.totals, full: true });
      return;
    }
    const lines = countLines(event.text);
    this.pieces.push({ stream: event.stream, text: event.text });
    this.lines.push(event.stream, event.text);
    this.#set({
      lines: this.totals.lines + lines,
      stderrLines: this.totals.stderrLines + (event.stream === 'stderr' ? lines : 0),
      characters: this.totals.characters + event.text.length,
      full: this.lines.full,
      moves: this.lines.moves,
    });
  }

  // The run is lost and the job runs again: nothing of its output stays.
  restart(): void {
    this.pieces.length = 0;
    this.#lastSeq = 0;
    this.lines.clear();
    this.#set(noTotals);
  }

  #set(totals: OutputTotals): void {
    this.totals = totals;
    this.#listeners.forEach((listener) => listener());
  }

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  text(which: OutputStream | 'both' = 'both'): string {
    const shown = this.pieces.filter((piece) => which === 'both' || piece.stream === which);
    return shown.map((piece) => piece.text).join('');
  }
}

function countLines(text: string): number {
  let lines = 0;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lines += 1;
  return lines;
}
