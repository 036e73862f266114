// The output of a run that moves the cursor, while it runs, in a read-only xterm.js terminal: it accepts no input, sends no replies, and its text was
// filtered before (tameText.ts).
import { FitAddon } from '@xterm/addon-fit';
import { Terminal, type IMarker } from '@xterm/xterm';
import '@xterm/xterm/css/xterm.css';
import type { OutputStream } from '../../../api/types';
import type { OutputStore } from '../OutputStore';
import { linkPlaces, type PlaceLinks } from './linkProvider';
import { palette } from './palette';
import { RowTags } from './rowTags';
import { allowStrictStyles } from './strictStyles';
import { TameText } from './tameText';
import type { Shown } from './text/RowIndex';

// Rows in memory. The list has all lines; the terminal is for watching.
export const mostRows = 10_000;
// Written at once: small enough to keep the page responsive, large enough for 100,000 lines a second.
const batchCharacters = 128 * 1024;

export interface LogHandlers {
  scrolled: (following: boolean) => void;
  // Null until the project's files are known.
  links: () => PlaceLinks | null;
}

export class LogTerminal {
  readonly #terminal: Terminal;
  readonly #fit = new FitAddon();
  readonly #endStrictStyles = allowStrictStyles();
  readonly #tags = new RowTags();
  readonly #stop: (() => void)[] = [];
  #tame: Record<OutputStream, TameText> = { stdout: new TameText(), stderr: new TameText() };
  #shown: Shown = 'both';
  #next = 0; // the piece to be written next
  #busy = false;
  #generation = 0;
  #lastStream: OutputStream | null = null;
  #trimmed = 0; // rows dropped at the top
  #anchor: { marker: IMarker; row: number } | null = null;

  constructor(
    host: HTMLElement,
    private readonly gutter: HTMLElement,
    private readonly output: OutputStore,
    private readonly handlers: LogHandlers,
    isDark: boolean,
  ) {
    this.#terminal = new Terminal({
      convertEol: true,
      disableStdin: true,
      cursorInactiveStyle: 'none',
      cursorStyle: 'underline',
      scrollback: mostRows,
      fontFamily: 'ui-monospace, "SF Mono", "Cascadia Mono", "DejaVu Sans Mono", Menlo, monospace',
      fontSize: 13,
      lineHeight: 1.3,
      minimumContrastRatio: 4.5,
      linkHandler: { activate: () => undefined },
      logLevel: 'off',
      theme: palette(isDark),
    });
    this.#terminal.loadAddon(this.#fit);
    this.#refuseStrings();
    linkPlaces(this.#terminal, handlers.links);
    this.#terminal.attachCustomKeyEventHandler(() => false);
    this.#terminal.open(host);
    if (this.#terminal.textarea) {
      this.#terminal.textarea.tabIndex = -1;
      this.#terminal.textarea.setAttribute('aria-hidden', 'true');
    }
    this.#fit.fit();
    const resize = new ResizeObserver(() => this.#refit());
    resize.observe(host);
    this.#terminal.onRender(() => this.#rendered());
    this.#stop.push(() => resize.disconnect(), output.subscribe(() => this.#pump()));
    this.#pump();
  }

  dispose(): void {
    this.#generation += 1;
    this.#stop.forEach((stop) => stop());
    this.#terminal.dispose();
    this.#endStrictStyles();
  }

  setDark(isDark: boolean): void {
    this.#terminal.options.theme = palette(isDark);
  }

  show(shown: Shown): void {
    if (shown === this.#shown) return;
    this.#shown = shown;
    this.#rewrite();
  }

  follow(on: boolean): void {
    if (on) this.#terminal.scrollToBottom();
    else this.#terminal.scrollLines(-1);
  }

  scroll(key: string): boolean {
    const page = this.#terminal.rows - 1;
    if (key === 'PageUp') this.#terminal.scrollLines(-page);
    else if (key === 'PageDown') this.#terminal.scrollLines(page);
    else if (key === 'ArrowUp') this.#terminal.scrollLines(-1);
    else if (key === 'ArrowDown') this.#terminal.scrollLines(1);
    else if (key === 'Home') this.#terminal.scrollToTop();
    else if (key === 'End') this.#terminal.scrollToBottom();
    else return false;
    return true;
  }

  selection(): string {
    return this.#terminal.getSelection();
  }

  // A second protection behind tameText: terminal string sequences have no effect.
  #refuseStrings(): void {
    for (const id of [0, 1, 2, 4, 7, 8, 9, 10, 11, 12, 50, 52, 104, 110, 111, 112, 777, 1337]) {
      this.#terminal.parser.registerOscHandler(id, () => true);
    }
  }

  #pump(): void {
    if (this.#busy) return;
    const batch = this.#nextBatch();
    if (batch === null) return;
    this.#busy = true;
    const generation = this.#generation;
    const from = this.#cursorRow() + (batch.text.startsWith('\n') ? 1 : 0);
    this.#terminal.write(batch.text, () => {
      if (generation !== this.#generation) return;
      this.#busy = false;
      this.#written(batch.stream, from);
      this.#pump();
    });
  }

  // Pieces of one stream, as many as fit. Another stream starts on a new line.
  #nextBatch(): { stream: OutputStream; text: string } | null {
    const pieces = this.output.pieces;
    let stream: OutputStream | null = null;
    let text = '';
    for (; this.#next < pieces.length && text.length < batchCharacters; this.#next++) {
      const piece = pieces[this.#next];
      if (!piece || (this.#shown !== 'both' && piece.stream !== this.#shown)) continue;
      if (stream !== null && piece.stream !== stream) break;
      stream = piece.stream;
      text += this.#tame[stream].push(piece.text);
    }
    if (stream === null) return null;
    const changes = this.#lastStream !== null && this.#lastStream !== stream;
    this.#lastStream = stream;
    return { stream, text: changes && this.#terminal.buffer.active.cursorX > 0 ? `\n${text}` : text };
  }

  #cursorRow(): number {
    const { baseY, cursorY } = this.#terminal.buffer.active;
    return this.#trimmed + baseY + cursorY;
  }

  #written(stream: OutputStream, from: number): void {
    if (this.#anchor && !this.#anchor.marker.isDisposed) {
      this.#trimmed = this.#anchor.row - this.#anchor.marker.line;
    }
    this.#anchor?.marker.dispose();
    const row = this.#cursorRow();
    const marker = this.#terminal.registerMarker(0);
    this.#anchor = { marker, row };
    if (stream === 'stderr') {
      const atStart = this.#terminal.buffer.active.cursorX === 0;
      const to = atStart ? row - 1 : row;
      if (to >= from) this.#tags.add(from, to);
    }
  }

  #refit(): void {
    const size = this.#fit.proposeDimensions();
    if (!size || Number.isNaN(size.cols) || Number.isNaN(size.rows)) return;
    const other = size.cols !== this.#terminal.cols;
    if (!other && size.rows === this.#terminal.rows) return;
    this.#terminal.resize(size.cols, size.rows);
    // Rows wrap again, so their tags are computed again.
    if (other && this.#next > 0) this.#rewrite();
  }

  #rewrite(): void {
    this.#generation += 1;
    this.#busy = false;
    this.#anchor?.marker.dispose();
    this.#anchor = null;
    this.#trimmed = 0;
    this.#next = 0;
    this.#lastStream = null;
    this.#tame = { stdout: new TameText(), stderr: new TameText() };
    this.#tags.clear();
    // After the text that is still being written.
    const generation = this.#generation;
    this.#busy = true;
    this.#terminal.write('', () => {
      if (generation !== this.#generation) return;
      this.#terminal.reset();
      this.#busy = false;
      this.#pump();
    });
  }

  #rendered(): void {
    const { viewportY, baseY } = this.#terminal.buffer.active;
    this.handlers.scrolled(viewportY >= baseY);
    this.#drawGutter(this.#trimmed + viewportY);
  }

  #drawGutter(first: number): void {
    const rows = this.#terminal.rows;
    const screen = this.#terminal.element?.querySelector('.xterm-screen');
    const height = screen ? screen.getBoundingClientRect().height / rows : 0;
    while (this.gutter.children.length < rows) this.gutter.append(document.createElement('div'));
    while (this.gutter.children.length > rows) this.gutter.lastChild?.remove();
    [...this.gutter.children].forEach((mark, i) => {
      if (!(mark instanceof HTMLElement)) return;
      mark.style.height = `${height}px`;
      mark.dataset['stderr'] = String(this.#tags.has(first + i));
    });
  }
}
