// The lines that the page's address names, and the way to name others.
import { useCallback, useEffect, useState } from 'react';
import { addressOfLines, lineAddress, type LineRange } from './lineAddress';

// `onCome`: another address was opened on this page.
export function useLineAddress(onCome: (first: number) => void): { chosen: LineRange | null; choose: (range: LineRange) => void } {
  const [chosen, setChosen] = useState<LineRange | null>(() => lineAddress(location.hash));
  useEffect(() => {
    const listen = (): void => {
      const range = lineAddress(location.hash);
      setChosen(range);
      if (range) onCome(range.first);
    };
    addEventListener('hashchange', listen);
    return () => removeEventListener('hashchange', listen);
  }, [onCome]);
  const choose = useCallback((range: LineRange) => {
    setChosen(range);
    history.replaceState(history.state, '', location.pathname + location.search + addressOfLines(range));
  }, []);
  return { chosen, choose };
}
