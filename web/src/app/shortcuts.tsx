// Keys that work anywhere on the page, except while the user types text.
import { useEffect } from 'react';
import { Button } from '../ui/Button';
import { Dialog } from '../ui/Dialog';

export const shortcuts: readonly { keys: string; does: string }[] = [
  { keys: '?', does: 'show these shortcuts' },
  { keys: 'n', does: 'new run: choose a project; among findings: the next one' },
  { keys: 'p', does: 'the previous finding' },
  { keys: 't', does: 'search the tools' },
  { keys: 'Ctrl Enter', does: 'run' },
  { keys: 'x', does: 'cancel the run' },
  { keys: '/', does: 'search the output, or filter the findings' },
  { keys: 'f', does: 'follow the output, or stop following' },
  { keys: 'w', does: 'wrap the lines of the output' },
  { keys: 'h', does: 'your runs' },
  { keys: 's', does: 'server status' },
  { keys: 'd', does: 'light, dark or the system’s theme' },
  { keys: 'Esc', does: 'close what is open' },
];

export function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest('input, textarea, select, [contenteditable]') !== null;
}

export function keyOf(event: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey'>): string | null {
  if (event.altKey) return null;
  if (event.ctrlKey || event.metaKey) return event.key === 'Enter' ? 'Ctrl Enter' : null;
  return event.key.length === 1 ? event.key.toLowerCase() : event.key;
}

// Several parts of the page may listen at once, each to different keys. For a key that two parts want, the one
// that listens 'first' gets it.
export function useShortcuts(actions: Record<string, () => void>, order: 'first' | 'then' = 'then'): void {
  useEffect(() => {
    const listen = (event: KeyboardEvent): void => {
      const key = keyOf(event);
      const action = key === null ? undefined : actions[key];
      if (!action || event.defaultPrevented || event.repeat) return;
      if (key !== 'Ctrl Enter' && isTyping(event.target)) return;
      if (document.querySelector('dialog[open]')) return;
      event.preventDefault();
      action();
    };
    const capture = order === 'first';
    addEventListener('keydown', listen, { capture });
    return () => removeEventListener('keydown', listen, { capture });
  });
}

export function ShortcutHelp({ onClose }: { onClose: () => void }) {
  return (
    <Dialog title="Keyboard shortcuts" onClose={onClose}>
      <dl className="mb-4 grid grid-cols-[auto_1fr] gap-x-4 gap-y-1.5">
        {shortcuts.map(({ keys, does }) => (
          <div key={keys} className="contents">
            <dt>
              <kbd className="rounded border border-line bg-sunken px-1.5 py-0.5 font-mono text-[13px]">{keys}</kbd>
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
      <Button onClick={onClose}>Close</Button>
    </Dialog>
  );
}
