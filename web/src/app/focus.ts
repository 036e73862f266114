// Where the focus goes when what had it is gone: a page of its own makes the browser's body the focused element
// then, and the keyboard begins again at the top.
import { useEffect, useRef } from 'react';

const patienceMs = 3000;
let turn = 0;
let looking = false; // a part of the page has said where the focus goes

const isLost = (): boolean => document.activeElement === null || document.activeElement === document.body;

// False for what is hidden: the page before is, while the next one is loaded.
function focusOn(element: HTMLElement): boolean {
  if (element.tabIndex < 0 && !element.hasAttribute('tabindex')) element.tabIndex = -1;
  element.focus();
  return document.activeElement === element;
}

// Focuses an element as soon as it is there. The user may have gone elsewhere meanwhile: then nothing happens.
export function focusSoon(find: () => HTMLElement | null): void {
  const mine = ++turn;
  const before = document.activeElement;
  const until = performance.now() + patienceMs;
  looking = true;
  const look = (): void => {
    if (mine !== turn) return;
    looking = false;
    if (!isLost() && document.activeElement !== before) return;
    const late = performance.now() > until;
    const element = find() ?? (late ? document.querySelector<HTMLElement>('main') : null);
    if ((element && focusOn(element)) || late) return;
    looking = true;
    setTimeout(look, 30);
  };
  requestAnimationFrame(look);
}

export const byId = (id: string) => (): HTMLElement | null => document.getElementById(id);

// A page that was opened by a link or a key begins at its heading.
export function useFocusOnPage(page: string): void {
  const first = useRef(true);
  useEffect(() => {
    if (!first.current) focusSoon(() => document.querySelector<HTMLElement>('main h1'));
    first.current = false;
  }, [page]);
}

// What was focused may be removed or disabled by anything on the page. The focus then goes to the heading of the nearest
// part of the page that is left.
export function useKeptFocus(): void {
  useEffect(() => {
    let last: HTMLElement | null = null;
    let parts: Element[] = [];
    const focused = ({ target }: FocusEvent): void => {
      if (!(target instanceof HTMLElement)) return;
      last = target;
      parts = [];
      for (let part: Element | null = target.parentElement; part; part = part.parentElement) parts.push(part);
    };
    // A click beside everything also takes the focus away, and may.
    const clicked = (): void => {
      last = null;
    };
    const changed = (): void => {
      if (last === null || looking || !isLost()) return;
      if (last.isConnected && !last.matches(':disabled')) return;
      const part = parts.find((one) => one.isConnected && one.matches('section, article, main, dialog, [role="region"]')) ?? document.querySelector('main');
      last = null;
      // After the part of the page that knows better.
      focusSoon(() => part?.querySelector<HTMLElement>('h1, h2') ?? (part instanceof HTMLElement ? part : null));
    };
    const watcher = new MutationObserver(changed);
    watcher.observe(document.body, { childList: true, subtree: true, attributes: true, attributeFilter: ['disabled'] });
    addEventListener('focusin', focused);
    addEventListener('pointerdown', clicked, { capture: true });
    return () => {
      watcher.disconnect();
      removeEventListener('focusin', focused);
      removeEventListener('pointerdown', clicked, { capture: true });
    };
  }, []);
}
