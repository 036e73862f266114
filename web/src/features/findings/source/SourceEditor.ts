// A file's text with its findings, in a read-only CodeMirror 6.
//
// The page's policy forbids <style> elements, which CodeMirror would add to a document. In a shadow root it
// uses a constructed style sheet, which is allowed.
import { Compartment, EditorState, StateEffect, StateField, Text, type Extension, type Range } from '@codemirror/state';
import { Decoration, EditorView, highlightSpecialChars, lineNumbers, type DecorationSet } from '@codemirror/view';
import { visible } from '../../../words/names';
import type { Found } from '../place';
import { foundLines, lineOf, rangeIn, type FoundLine } from './foundLines';
import { FoundWidget, type FoundWords } from './foundWidget';
import { languageOf } from './language';
import { ScrollMarks } from './ScrollMarks';
import { sourceLook } from './theme';

export interface SourceFile {
  path: string;
  text: string;
}

interface Shown {
  lines: readonly FoundLine[];
  current: Found | null;
}
interface Drawn extends Shown {
  set: DecorationSet;
}
const show = StateEffect.define<Shown>();

export class SourceEditor {
  readonly #view: EditorView;
  readonly #marks: ScrollMarks;
  readonly #language = new Compartment();
  readonly #field: StateField<Drawn>;
  #file: SourceFile | null = null;
  #found: readonly Found[] = [];
  #lines: readonly FoundLine[] = [];
  #currentId: string | null = null;
  #disposed = false;

  constructor(host: HTMLElement, words: FoundWords) {
    const root = host.shadowRoot ?? host.attachShadow({ mode: 'open' });
    this.#field = decorationField(words);
    this.#view = new EditorView({ state: this.#stateOf({ path: '', text: '' }), parent: root, root });
    this.#marks = new ScrollMarks(this.#view);
  }

  dispose(): void {
    this.#disposed = true;
    this.#marks.dispose();
    this.#view.destroy();
  }

  // `found` are the findings of this file, in order. `current` is scrolled into view when it
  // changes.
  show(file: SourceFile, found: readonly Found[], current: Found | null): void {
    const otherFile = file !== this.#file;
    if (otherFile) {
      this.#file = file;
      this.#view.setState(this.#stateOf(file));
      void this.#colour(file);
    }
    if (otherFile || found !== this.#found) {
      this.#found = found;
      this.#lines = foundLines(found, this.#view.state.doc.lines);
      this.#marks.show(this.#lines);
    }
    this.#view.dispatch({ effects: show.of({ lines: this.#lines, current }) });
    if (current && (otherFile || current.id !== this.#currentId)) this.#reveal(current);
    this.#currentId = current?.id ?? null;
  }

  #reveal(current: Found): void {
    const { doc } = this.#view.state;
    const line = doc.line(lineOf(current, doc.lines));
    this.#view.dispatch({ effects: EditorView.scrollIntoView(line.from, { y: 'center', x: 'start' }) });
  }

  async #colour(file: SourceFile): Promise<void> {
    const language = await languageOf(file.path).catch(() => []);
    if (this.#disposed || this.#file !== file) return;
    this.#view.dispatch({ effects: this.#language.reconfigure(language) });
  }

  #stateOf(file: SourceFile): EditorState {
    const extensions: Extension[] = [
      EditorState.readOnly.of(true),
      EditorView.editable.of(false),
      EditorView.contentAttributes.of({ tabindex: '0', 'aria-readonly': 'true', 'aria-label': `Source of ${visible(file.path)}` }),
      lineNumbers(),
      highlightSpecialChars(),
      sourceLook,
      this.#language.of([]),
      this.#field,
    ];
    return EditorState.create({ doc: Text.of(linesOf(file.text)), extensions });
  }
}

// Lines as tools count them: a lone carriage return does not end a line.
const linesOf = (text: string): string[] => text.replace(/\r\n/g, '\n').split('\n');

function decorationField(words: FoundWords): StateField<Drawn> {
  return StateField.define<Drawn>({
    create: () => ({ lines: [], current: null, set: Decoration.none }),
    update: (drawn, transaction) => {
      for (const effect of transaction.effects) if (effect.is(show)) drawn = redrawn(drawn, effect.value, transaction.state.doc, words);
      return drawn;
    },
    provide: (field) => EditorView.decorations.from(field, ({ set }) => set),
  });
}

function redrawn(drawn: Drawn, shown: Shown, doc: Text, words: FoundWords): Drawn {
  const set = shown.lines === drawn.lines ? moved(drawn, shown, doc, words) : Decoration.set(decorations(doc, shown, words), true);
  return { ...shown, set };
}

function decorations(doc: Text, shown: Shown, words: FoundWords): Range<Decoration>[] {
  const ranges: Range<Decoration>[] = [];
  for (const each of shown.lines) {
    const line = doc.line(each.line);
    ranges.push(Decoration.line({ class: `found-${each.severity}` }).range(line.from));
    const text = line.text.slice(0, 10_000);
    for (const found of each.found.slice(0, 20)) {
      const part = rangeIn(text, found);
      if (part) ranges.push(Decoration.mark({ class: `found-range-${found.severity}` }).range(line.from + part.from, line.from + part.to));
    }
    ranges.push(widget(each, shown.current, words).range(line.to));
  }
  return ranges;
}

function widget(line: FoundLine, current: Found | null, words: FoundWords): Decoration {
  const id = line.found.find((found) => found.id === current?.id)?.id ?? null;
  return Decoration.widget({ widget: new FoundWidget(line.found, id, words), block: true, side: 1, isFound: true });
}

// Only the widgets of two lines change when another finding becomes the current one.
function moved(from: Drawn, to: Shown, doc: Text, words: FoundWords): DecorationSet {
  let { set } = from;
  if (from.current?.id === to.current?.id) return set;
  const numbers = new Set([from.current, to.current].flatMap((found) => (found ? [lineOf(found, doc.lines)] : [])));
  for (const each of to.lines) {
    if (!numbers.has(each.line)) continue;
    const end = doc.line(each.line).to;
    set = set.update({
      filterFrom: end,
      filterTo: end,
      filter: (at, _end, value) => at !== end || value.spec['isFound'] !== true,
      add: [widget(each, to.current, words).range(end)],
    });
  }
  return set;
}
