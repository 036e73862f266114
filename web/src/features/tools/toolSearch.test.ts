import { describe, expect, it } from 'vitest';
import type { Tool } from '../../api/types';
import { byCategory, bySuit, matches, suitWords } from './toolSearch';

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

  it('that take most files of the project come first, with their categories', () => {
    const tools = [
      tool({ id: 'a', name: 'a', category: 'A' }),
      tool({ id: 'b', name: 'b', category: 'B' }),
      tool({ id: 'c', name: 'c', category: 'B' }),
      tool({ id: 'd', name: 'd', category: 'B', status: 'unavailable' }),
    ];
    const suits = [{ toolId: 'd', files: 90 }, { toolId: 'c', files: 5 }, { toolId: 'a', files: 1 }];
    expect(byCategory(tools, { suits }).map(([name, group]) => [name, group.map((one) => one.id)])).toEqual([
      ['B', ['c', 'b', 'd']],
      ['A', ['a']],
    ]);
  });

  it('say how many files of the project they take', () => {
    const project = { fileCount: 1212, suits: [{ toolId: 'x', files: 3 }] };
    expect(suitWords(tool({}), project)).toBe('3 of 1,212 files');
    expect(suitWords(tool({ id: 'y' }), project)).toBe('takes none of 1,212 files');
    expect(suitWords(tool({}), null)).toBe('');
  });

  it('that suit the project most come first, and the others are not among them', () => {
    const all = [tool({ id: 'a', name: 'A' }), tool({ id: 'b', name: 'B' }), tool({ id: 'c', name: 'C' })];
    expect(bySuit(all, { suits: [{ toolId: 'a', files: 1 }, { toolId: 'c', files: 7 }] }).map(({ id }) => id)).toEqual(['c', 'a']);
  });
});
