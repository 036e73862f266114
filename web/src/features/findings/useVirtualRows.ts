// Draws only the rows of a long list that are on the screen. All rows have the same height.
import { useCallback, useEffect, useState, type RefObject } from 'react';

export interface VirtualRows {
  first: number;
  end: number;
  scrollTo: (row: number) => void;
}

const extraRows = 12;

export function useVirtualRows(box: RefObject<HTMLElement | null>, count: number, rowHeight: number): VirtualRows {
  const [view, setView] = useState({ top: 0, height: 600 });
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const look = (): void => setView({ top: element.scrollTop, height: element.clientHeight });
    const resized = new ResizeObserver(look);
    resized.observe(element);
    element.addEventListener('scroll', look, { passive: true });
    look();
    return () => {
      resized.disconnect();
      element.removeEventListener('scroll', look);
    };
  }, [box]);
  const scrollTo = useCallback(
    (row: number) => {
      const element = box.current;
      if (!element) return;
      const top = row * rowHeight;
      if (top < element.scrollTop) element.scrollTop = top;
      else if (top + rowHeight > element.scrollTop + element.clientHeight) element.scrollTop = top + rowHeight - element.clientHeight;
    },
    [box, rowHeight],
  );
  const { first, end } = rowsInView(view.top, view.height, count, rowHeight);
  return { first, end, scrollTo };
}

export function rowsInView(top: number, height: number, count: number, rowHeight: number): { first: number; end: number } {
  const first = Math.min(Math.max(0, Math.floor(top / rowHeight) - extraRows), Math.max(0, count - 1));
  return { first, end: Math.min(count, Math.ceil((top + height) / rowHeight) + extraRows) };
}
