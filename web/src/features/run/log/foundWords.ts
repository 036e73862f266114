// The result of a search. If not all output is searched, it never claims that a line does not exist.
export interface Found {
  place: number; // 0: more than the search counts
  of: number;
}

export function foundWords({ place, of }: Found, complete: boolean): string {
  const where = complete ? '' : ' in the output on this page; the full log has more';
  if (of === 0) return `not found${where}`;
  return place === 0 ? `more than ${of}${where}` : `${place} of ${of}${where}`;
}
