// The search of a log as the page has it: what is wanted, what was found, and which match the user is at.
import { useCallback, useEffect, useRef, useState } from 'react';
import type { LogLines } from '../text/LogLines';
import type { Shown } from '../text/RowIndex';
import { LogSearch, type SearchResult } from './LogSearch';
import { firstMatchFrom, type Matches } from './searchLines';

const typingMs = 120;

export interface Wanted {
  text: string;
  regex: boolean;
  cased: boolean;
}

export interface Found {
  matches: Matches | null;
  current: number; // -1: none
  // Grows when the current match is to be scrolled to.
  turn: number;
  problem: string;
  known: boolean; // the search is done
}

export interface SearchState {
  wanted: Wanted;
  found: Found;
  change: (fields: Partial<Wanted>) => void;
  step: (by: 1 | -1) => void;
}

const nothing: Found = { matches: null, current: -1, turn: 0, problem: '', known: false };
// ":12" is the number of a line, not a text.
export const lineWanted = (text: string): number | null => {
  const match = /^:(\d{1,9})$/.exec(text);
  return match ? Number(match[1]) : null;
};

// `firstLine`: the line at the top of the view, from where the first match is looked for.
export function useLogSearch(lines: LogLines, shown: Shown, firstLine: () => number): SearchState {
  const [wanted, setWanted] = useState<Wanted>({ text: '', regex: false, cased: false });
  const [found, setFound] = useState<Found>(nothing);
  const search = useRef<LogSearch>(null);
  const fresh = useRef(true); // the next result is the first one of its query
  const from = useRef(firstLine);
  from.current = firstLine;

  useEffect(() => {
    const told = (result: SearchResult): void => {
      const isFirst = fresh.current;
      fresh.current = false;
      setFound((old) => next(old, result, isFirst, from.current));
    };
    const made = new LogSearch(lines, told);
    search.current = made;
    return () => made.dispose();
  }, [lines]);
  useEffect(() => {
    fresh.current = true;
    setFound((old) => ({ ...nothing, turn: old.turn }));
    if (wanted.text === '' || lineWanted(wanted.text) !== null) return search.current?.set(null);
    const timer = setTimeout(() => search.current?.set({ ...wanted, shown }), typingMs);
    return () => clearTimeout(timer);
  }, [lines, wanted, shown]);

  const change = useCallback((fields: Partial<Wanted>) => setWanted((old) => ({ ...old, ...fields })), []);
  const step = useCallback((by: 1 | -1) => {
    setFound((old) => {
      const count = old.matches?.lines.length ?? 0;
      return count === 0 ? old : { ...old, current: (old.current + by + count) % count, turn: old.turn + 1 };
    });
  }, []);
  return { wanted, found, change, step };
}

function next(old: Found, { matches, problem }: SearchResult, isFirst: boolean, firstLine: () => number): Found {
  if (matches === null) return { ...nothing, turn: old.turn, problem, known: true };
  const count = matches.lines.length;
  if (!isFirst) return { ...old, matches, current: count === 0 ? -1 : Math.max(0, Math.min(old.current, count - 1)), problem: '', known: true };
  const at = firstMatchFrom(matches, firstLine());
  return { matches, current: count === 0 ? -1 : at % count, turn: old.turn + 1, problem: '', known: true };
}
