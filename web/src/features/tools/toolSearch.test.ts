import { describe, expect, it } from 'vitest';
import type { Tool } from '../../api/types';
import { byCategory, matches, takes } from './toolSearch';

const tool = (fields: Partial<Tool>): Tool =>
  ({ id: 'x', name: 'X', description: '', category: 'C', status: 'available', inputs: [], ...fields }) as Tool;

describe('tools', () => {
  it('are found by all words, in any order and case', () => {
    const pylint = tool({ name: 'Pylint', description: 'Lints Python', inputs: ['*.py'] });
    expect(matches(pylint, 'python LINT')).toBe(true);
    expect(matches(pylint, '*.py')).toBe(true);
    expect(matches(pylint, 'python rust')).toBe(false);
  });

  it('stand by category, those that can be used first', () => {
    const groups = byCategory([
      tool({ name: 'b', category: 'Z' }),
      tool({ name: 'a', category: 'Z', status: 'coming-soon' }),
      tool({ name: 'c', category: 'A' }),
    ]);
    expect(groups.map(([name, tools]) => [name, tools.map((one) => one.name)])).toEqual([
      ['A', ['c']],
      ['Z', ['b', 'a']],
    ]);
  });

  it('take files by their names', () => {
    const python = tool({ inputs: ['test_*.py', 'a+b.c', 'setup.cf?'] });
    expect(['x/test_a.py', 'a+b.c', 'setup.cfg'].every((path) => takes(python, path))).toBe(true);
    expect(['atest_a.py', 'test_a.pyc', 'aab.c', 'setup.cf'].some((path) => takes(python, path))).toBe(false);
  });
});
