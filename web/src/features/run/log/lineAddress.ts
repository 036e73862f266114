// The address of lines of a log: #L12, or #L12-L20. The first line is 1.
export interface LineRange {
  first: number;
  last: number;
}

export function lineAddress(hash: string): LineRange | null {
  const match = /^#L(\d{1,9})(?:-L?(\d{1,9}))?$/.exec(hash);
  if (!match) return null;
  const [a, b] = [Number(match[1]), Number(match[2] ?? match[1])];
  return a < 1 || b < 1 ? null : { first: Math.min(a, b), last: Math.max(a, b) };
}

export const addressOfLines = ({ first, last }: LineRange): string => (first === last ? `#L${first}` : `#L${first}-L${last}`);
