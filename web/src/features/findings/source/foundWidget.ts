// The findings below a line. Texts of the tool are set as text, never as markup.
import { WidgetType, type EditorView } from '@codemirror/view';
import { severityWord } from '../../../words/findings';
import { visible } from '../../../words/names';
import type { Found } from '../place';

// What the page knows about a finding.
export interface FoundWords {
  toolName: (found: Found) => string;
  help: (found: Found) => string | null;
  choose: (found: Found) => void;
}

const mostItems = 20;
const mostRelated = 8;

export class FoundWidget extends WidgetType {
  constructor(
    private readonly items: readonly Found[],
    private readonly current: string | null, // the id of the current finding, if it is one of these
    private readonly words: FoundWords,
  ) {
    super();
  }

  override eq(other: FoundWidget): boolean {
    return other.current === this.current && other.items === this.items;
  }

  override get estimatedHeight(): number {
    return 6 + 30 * Math.min(this.items.length, mostItems);
  }

  override ignoreEvent(): boolean {
    return true;
  }

  override toDOM(_view: EditorView): HTMLElement {
    const block = element('div', 'found-block');
    const shown = this.items.filter((found, i) => i < mostItems || found.id === this.current);
    for (const found of shown) block.append(this.#item(found));
    const more = this.items.length - shown.length;
    if (more > 0) block.append(element('div', 'found-related', `and ${more} more at this line`));
    return block;
  }

  #item(found: Found): HTMLElement {
    const item = element('div', `found-item found-item-${found.severity}${found.id === this.current ? ' found-current' : ''}`);
    // With spaces in between, for screen readers and for copied text.
    item.append(element('span', 'found-severity', severityWord[found.severity]), ' ', element('span', 'found-message', visible(found.message)), ' ');
    if (found.rule) item.append(this.#rule(found, found.rule), ' ');
    item.append(element('span', 'found-note', visible(this.words.toolName(found))));
    for (const place of (found.related ?? []).slice(0, mostRelated)) {
      const where = [place.path === null ? '' : visible(place.path), place.line ?? ''].filter((part) => part !== '').join(':');
      item.append(element('div', 'found-related', `${where}${where === '' ? '' : ': '}${visible(place.message)}`));
    }
    item.addEventListener('click', (event) => {
      if (!(event.target instanceof HTMLAnchorElement)) this.words.choose(found);
    });
    return item;
  }

  #rule(found: Found, rule: string): HTMLElement {
    const note = element('span', 'found-note');
    const help = this.words.help(found);
    if (help === null) {
      note.textContent = visible(rule);
      return note;
    }
    const link = document.createElement('a');
    link.href = help;
    link.rel = 'noopener noreferrer';
    link.target = '_blank';
    link.textContent = visible(rule);
    note.append(link);
    return note;
  }
}

function element(name: string, className: string, text?: string): HTMLElement {
  const made = document.createElement(name);
  made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}
