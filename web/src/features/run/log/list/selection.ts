// The selected text of the list, read from the lines: rows that were scrolled away are no elements any more.

export interface Spot {
  row: number;
  offset: number; // characters from the row's start
}

// Null: outside the list.
export function spotOf(sheet: HTMLElement, node: Node, offset: number): Spot | null {
  if (!sheet.contains(node) || node === sheet) return null;
  const element = node instanceof Element ? node : node.parentElement;
  const row = element?.closest<HTMLElement>('.log-row');
  const text = row?.querySelector('.log-text');
  if (!row || !text) return null;
  const number = Number(row.dataset['row']);
  if (node === row) return { row: number, offset: offset < 2 ? 0 : (text.textContent ?? '').length };
  if (!text.contains(node)) return { row: number, offset: 0 };
  const before = document.createRange();
  before.setStart(text, 0);
  before.setEnd(node, offset);
  return { row: number, offset: before.toString().length };
}

// Whether a row must stay, because the selection begins or ends in it, or would begin there.
export function isHeld(row: HTMLElement): boolean {
  const selection = document.getSelection();
  if (!selection) return false;
  return row.contains(selection.anchorNode) || row.contains(selection.focusNode);
}
