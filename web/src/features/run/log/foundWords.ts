// What the search says. Where it cannot see all of the output it never denies that a line exists.
export interface Found {
  place: number; // 0: there are more than are counted
  of: number;
}

export function foundWords({ place, of }: Found, complete: boolean): string {
  const where = complete ? '' : ' in the output on this page; the full log has more';
  if (of === 0) return `not found${where}`;
  return place === 0 ? `more than ${of}${where}` : `${place} of ${of}${where}`;
}
