import { describe, expect, it } from 'vitest';
import { firstMatchFrom, searchLines, type Query } from './searchLines';

const query = (text: string, fields: Partial<Query> = {}): Query => ({ text, regex: false, cased: false, shown: 'both', ...fields });
const none = (): boolean => false;

describe('searchLines', () => {
  it('finds text, patterns and case as wanted', () => {
    const lines = ['An error', 'no ERROR, error', 'a.b', 'axb'];
    const places = (wanted: Query): [number, number][] => {
      const { lines: found, starts } = searchLines(lines, none, wanted);
      return [...found].map((line, i) => [line, starts[i] ?? -1]);
    };
    expect(places(query('error'))).toEqual([[0, 3], [1, 3], [1, 10]]);
    expect(places(query('error', { cased: true }))).toEqual([[0, 3], [1, 10]]);
    expect(places(query('a.b'))).toEqual([[2, 0]]);
    expect(places(query('a.b$', { regex: true }))).toEqual([[2, 0], [3, 0]]);
    expect(() => searchLines(lines, none, query('(', { regex: true }))).toThrow(SyntaxError);
  });

  it('searches only the stream that is shown', () => {
    expect([...searchLines(['x', 'x', 'x'], (line) => line === 1, query('x', { shown: 'stderr' })).lines]).toEqual([1]);
  });

  it('counts all matches, also those that it does not keep, and no empty ones', () => {
    const found = searchLines(Array(1000).fill('aa'), none, query('a'), 10);
    expect([found.total, found.lines.length]).toEqual([2000, 10]);
    expect(searchLines(['abc'], none, query('x*', { regex: true })).total).toBe(0);
  });

  it('finds the first match from a place on', () => {
    const found = searchLines(['aa', '', 'a'], none, query('a'));
    expect([firstMatchFrom(found, 0), firstMatchFrom(found, 0, 1), firstMatchFrom(found, 1), firstMatchFrom(found, 3)]).toEqual([0, 1, 2, 3]);
  });
});
