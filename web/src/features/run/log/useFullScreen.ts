// Shows an element over the whole page, and the screen where the browser allows it. Escape ends it.
import { useCallback, useEffect, useState, type KeyboardEvent, type RefObject } from 'react';

export interface FullScreen {
  on: boolean;
  toggle: () => void;
  leave: () => void;
  // Tab stays inside while the page behind is covered.
  keepFocus: (event: KeyboardEvent) => void;
}

export function useFullScreen(frame: RefObject<HTMLElement | null>): FullScreen {
  const [on, setOn] = useState(false);
  const leave = useCallback(() => {
    setOn(false);
    if (document.fullscreenElement) void document.exitFullscreen().catch(() => undefined);
  }, []);
  const toggle = (): void => {
    if (on) return leave();
    setOn(true);
    // Phones without it show the element over the page.
    void frame.current?.requestFullscreen?.().catch(() => undefined);
  };
  useEffect(() => {
    if (!on) return;
    const changed = (): void => {
      if (!document.fullscreenElement) setOn(false);
    };
    document.addEventListener('fullscreenchange', changed);
    document.documentElement.style.overflow = 'hidden';
    return () => {
      document.removeEventListener('fullscreenchange', changed);
      document.documentElement.style.overflow = '';
    };
  }, [on]);
  const keepFocus = (event: KeyboardEvent): void => {
    if (!on || event.key !== 'Tab' || !frame.current) return;
    const all = [...frame.current.querySelectorAll<HTMLElement>('button:not(:disabled), input, [tabindex="0"]')];
    const edge = event.shiftKey ? all[0] : all[all.length - 1];
    if (document.activeElement !== edge) return;
    event.preventDefault();
    (event.shiftKey ? all[all.length - 1] : all[0])?.focus();
  };
  return { on, toggle, leave, keepFocus };
}
