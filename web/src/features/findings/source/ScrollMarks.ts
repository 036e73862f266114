// Marks next to the scrollbar that show where in the file the findings are. For the mouse only; the
// keyboard has n and p.
import { EditorView } from '@codemirror/view';
import { scrollMarks, type FoundLine } from './foundLines';

const markHeight = 3; // pixels
const mostExact = 3000; // lines whose height is measured; beyond that all lines count as equally
                        // high

export class ScrollMarks {
  readonly #box = document.createElement('div');
  readonly #resized: ResizeObserver;
  #lines: readonly FoundLine[] = [];

  constructor(private readonly view: EditorView) {
    this.#box.className = 'scroll-marks';
    this.#box.setAttribute('aria-hidden', 'true');
    view.dom.append(this.#box);
    // Also when the first lines get their real heights.
    this.#resized = new ResizeObserver(() => this.#draw());
    this.#resized.observe(view.dom);
    this.#resized.observe(view.contentDOM);
    this.#box.addEventListener('click', (event) => this.#go(event));
  }

  dispose(): void {
    this.#resized.disconnect();
    this.#box.remove();
  }

  show(lines: readonly FoundLine[]): void {
    this.#lines = lines;
    this.#draw();
  }

  #draw(): void {
    const { view } = this;
    const slots = Math.floor(view.dom.clientHeight / markHeight);
    if (slots < 1) return;
    const { doc } = view.state;
    const exact = this.#lines.length <= mostExact;
    const at = (line: number): number =>
      exact ? view.lineBlockAt(doc.line(Math.min(line, doc.lines)).from).top / Math.max(1, view.contentHeight) : (line - 1) / doc.lines;
    const marks = scrollMarks(this.#lines, at, slots).map(({ slot, severity, line }) => {
      const mark = document.createElement('div');
      mark.className = `scroll-mark scroll-mark-${severity}`;
      mark.style.top = `${slot * markHeight}px`;
      mark.dataset['line'] = String(line);
      return mark;
    });
    this.#box.replaceChildren(...marks);
  }

  #go(event: MouseEvent): void {
    const line = event.target instanceof HTMLElement ? Number(event.target.dataset['line']) : NaN;
    const { doc } = this.view.state;
    if (!Number.isInteger(line) || line < 1 || line > doc.lines) return;
    this.view.dispatch({ effects: EditorView.scrollIntoView(doc.line(line).from, { y: 'center' }) });
  }
}
