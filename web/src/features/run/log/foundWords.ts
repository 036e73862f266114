// The result of a search. If not all output is held, it never claims that a line does not exist.
import { count } from '../../../words/quantities';

export interface Found {
  place: number; // of the match that the user is at; 0: none
  of: number;
}

export function foundWords({ place, of }: Found, complete: boolean): string {
  const where = complete ? '' : ' in the output on this page; the full log has more';
  if (of === 0) return `not found${where}`;
  return place === 0 ? `${count(of)} found${where}` : `${count(place)} of ${count(of)}${where}`;
}
