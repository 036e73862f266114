import { describe, expect, it } from 'vitest';
import { sideBySide } from './diff';

const drawn = (left: string, right: string): string[] =>
  sideBySide([...left], [...right]).map((row) => (row.kind === 'same' ? ` ${row.left}` : `${row.left ?? '.'}${row.right ?? '.'}`));

describe('sideBySide', () => {
  it('is all the same for equal texts', () => expect(drawn('abc', 'abc')).toEqual([' a', ' b', ' c']));
  it('finds what came and what went', () => {
    expect(drawn('abc', 'abxc')).toEqual([' a', ' b', '.x', ' c']);
    expect(drawn('abxc', 'abc')).toEqual([' a', ' b', 'x.', ' c']);
    expect(drawn('axc', 'ayc')).toEqual([' a', 'xy', ' c']);
    expect(drawn('', 'ab')).toEqual(['.a', '.b']);
    expect(drawn('', '')).toEqual([]);
  });
  it('loses no line of either side, whatever they are', () => {
    let seed = 7;
    const random = (most: number): number => (seed = (seed * 48271) % 2147483647) % most;
    for (let round = 0; round < 300; round++) {
      const text = (): string[] => Array.from({ length: random(12) }, () => 'abc'[random(3)] ?? 'a');
      const [left, right] = [text(), text()];
      const rows = sideBySide(left, right);
      const side = (which: 'left' | 'right') => rows.map((row) => row[which]).filter((line) => line !== null);
      expect(side('left')).toEqual(left);
      expect(side('right')).toEqual(right);
      for (const row of rows) if (row.kind === 'same') expect(row.left).toBe(row.right);
    }
  });
  it('ends soon on texts that have nothing in common', () => {
    const lines = (prefix: string) => Array.from({ length: 10_000 }, (_, i) => `${prefix}${i}`);
    expect(sideBySide(lines('a'), lines('b')).length).toBe(10_000);
  });
});
