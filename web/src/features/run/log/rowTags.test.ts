import { describe, expect, it } from 'vitest';
import { RowTags } from './rowTags';

describe('RowTags', () => {
  it('knows the rows that were added, and only those', () => {
    const tags = new RowTags();
    const wanted = new Set<number>();
    for (const [from, to] of [[2, 3], [4, 4], [6, 6], [9, 12], [12, 13], [100, 100]] as const) {
      tags.add(from, to);
      for (let row = from; row <= to; row++) wanted.add(row);
    }
    for (let row = 0; row < 110; row++) expect(tags.has(row)).toBe(wanted.has(row));
    tags.clear();
    expect(tags.has(3)).toBe(false);
  });
});
