import { describe, expect, it } from 'vitest';
import type { Finding } from '../../api/findingTypes';
import type { Execution } from '../../api/types';
import { byChange, comparable, laterOf } from './findingsDiff';

const counts = { total: 0, error: 0, warning: 0, note: 0, truncated: false };
const run = (jobId: string, fields: Partial<Execution> = {}): Execution => ({ jobId, toolId: 'gcc', findings: counts, createdAt: '2026-01-01T00:00:00.000Z', ...fields }) as Execution;

describe('two runs', () => {
  it('are compared by findings if one tool produced lists in both', () => {
    expect(comparable(run('a'), run('b'))).toBe(true);
    expect(comparable(run('a'), run('b', { toolId: 'clang' }))).toBe(false);
    expect(comparable(run('a'), run('b', { findings: null }))).toBe(false);
    expect(comparable(run('a'), run('a'))).toBe(false);
  });
  it('are distinguished by their time, regardless of their side', () => {
    const late = run('b', { createdAt: '2026-01-02T00:00:00.000Z' });
    for (const [left, right] of [[run('a'), late], [late, run('a')]] as const) {
      expect(laterOf(left, right).later.jobId).toBe('b');
      expect(laterOf(left, right).earlier.jobId).toBe('a');
    }
    expect(laterOf(run('l'), run('r')).later.jobId).toBe('r');
  });
  it('have findings that are new, fixed or unchanged; others are left out', () => {
    const all = ['new', 'fixed', 'new', 'unchanged', 'constructor', undefined].map((change) => ({ change }) as Finding);
    const groups = byChange(all);
    expect([groups.new.length, groups.fixed.length, groups.unchanged.length]).toEqual([2, 1, 1]);
  });
});
