// Draws only the rows of a long list that are on the screen. All rows have the same height.
import { useCallback, useEffect, useRef, useState, type RefObject } from 'react';

export interface VirtualRows {
  first: number;
  end: number;
  scrollTo: (row: number) => void;
}

const extraRows = 16;
// The rows that are drawn change only after the list has been scrolled by that many, which is less than those
// in reserve: most frames of a scroll draw nothing.
const stepRows = 8;

export function useVirtualRows(box: RefObject<HTMLElement | null>, count: number, rowHeight: number): VirtualRows {
  const [view, setView] = useState({ top: 0, height: 600 });
  const height = useRef(600);
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    // The height is kept, because to ask for it makes the browser lay the page out.
    const look = (): void => {
      const step = stepRows * rowHeight;
      const top = Math.floor(element.scrollTop / step) * step;
      setView((old) => (old.top === top && old.height === height.current ? old : { top, height: height.current }));
    };
    const measure = (): void => {
      height.current = element.clientHeight;
      look();
    };
    const resized = new ResizeObserver(measure);
    resized.observe(element);
    element.addEventListener('scroll', look, { passive: true });
    measure();
    return () => {
      resized.disconnect();
      element.removeEventListener('scroll', look);
    };
  }, [box, rowHeight]);
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

// `top` may be up to `stepRows` rows above the view.
export function rowsInView(top: number, height: number, count: number, rowHeight: number): { first: number; end: number } {
  const first = Math.min(Math.max(0, Math.floor(top / rowHeight) - extraRows), Math.max(0, count - 1));
  return { first, end: Math.min(count, Math.ceil((top + height) / rowHeight) + stepRows + extraRows) };
}
