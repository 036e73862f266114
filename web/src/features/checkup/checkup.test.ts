import { describe, expect, it } from 'vitest';
import type { Checkup } from '../../api/findingTypes';
import type { Execution } from '../../api/types';
import { checkupReducer, checkupTools, failedJobs, namesOf, newCheckup, runsWithFindings } from './checkupState';
import { checkupTone, checkupWord } from './checkupWords';

const job = (jobId: string, fields: Partial<Execution> = {}): Execution => ({ jobId, toolId: `t_${jobId}`, status: 'queued', verdict: null, reason: null, ...fields }) as Execution;
const counts = (total: number) => ({ total, error: 0, warning: total, note: 0, truncated: false });
const checkup = (fields: Partial<Checkup> = {}): Checkup => ({
  checkupId: 'chk_1', projectId: 'prj_1', status: 'running', verdict: null, findings: null, jobs: [job('a'), job('b')], createdAt: '', finishedAt: null, ...fields,
});
const statuses = (state: { checkup: Checkup | null }): string[] => state.checkup?.jobs.map(({ jobId, status }) => `${jobId} ${status}`) ?? [];

describe('a followed check-up', () => {
  it('updates its jobs as they change, also those reported before it is known', () => {
    let state = checkupReducer(newCheckup, { kind: 'job', job: job('b', { status: 'running' }) });
    state = checkupReducer(state, { kind: 'snapshot', checkup: checkup() });
    expect(statuses(state)).toEqual(['a queued', 'b running']);
    state = checkupReducer(state, { kind: 'job', job: job('a', { status: 'completed', findings: counts(2) }) });
    state = checkupReducer(state, { kind: 'job', job: job('a', { status: 'running' }) });
    state = checkupReducer(state, { kind: 'job', job: job('c', { status: 'running' }) });
    expect(statuses(state)).toEqual(['a completed', 'b running', 'c running']);
    expect(runsWithFindings(state.checkup)).toEqual([{ jobId: 'a', toolId: 't_a' }]);
  });
  it('keeps its final state', () => {
    let state = checkupReducer(newCheckup, { kind: 'complete', checkup: checkup({ status: 'completed' }) });
    state = checkupReducer(state, { kind: 'snapshot', checkup: checkup() });
    expect(state.checkup?.status).toBe('completed');
  });
  it('loads findings of ended runs only', () => {
    expect(runsWithFindings(checkup({ jobs: [job('a', { status: 'running', findings: counts(3) }), job('b', { status: 'completed', findings: counts(0) })] }))).toEqual([]);
    expect(runsWithFindings(null)).toEqual([]);
  });
});

describe('the words of a check-up', () => {
  const words = (fields: Partial<Checkup>): [string, string] => [checkupWord(checkup({ status: 'completed', ...fields })), checkupTone(checkup({ status: 'completed', ...fields }))];
  it('say what came out', () => {
    expect(words({ verdict: 'clean', jobs: [job('a', { status: 'completed', verdict: 'clean' })] })).toEqual(['Clean', 'good']);
    expect(words({ verdict: 'findings', findings: counts(37), jobs: [] })).toEqual(['37 findings', 'warn']);
    expect(words({ verdict: 'error', findings: counts(1), jobs: [job('a', { status: 'failed', verdict: 'error' }), job('b', { status: 'timeout' })] })).toEqual(['1 finding, 2 tools failed', 'bad']);
    expect(words({ jobs: [job('a', { status: 'completed', findings: counts(2) }), job('b', { status: 'completed', findings: counts(3) })] })).toEqual(['5 findings', 'warn']);
    expect(words({ status: 'running' })).toEqual(['Running', 'busy']);
    expect(words({ status: 'cancelled' })).toEqual(['Cancelled', 'neutral']);
    expect(failedJobs(checkup({ jobs: [job('a', { status: 'completed', verdict: 'findings' })] }))).toEqual([]);
  });
});

describe('the tools of a check-up', () => {
  const tools = [
    { id: 'a', name: 'A', status: 'available', checkup: true },
    { id: 'b', name: 'B', status: 'unavailable', checkup: true },
    { id: 'c', name: 'C', status: 'available', checkup: false },
    { id: 'd', name: 'D', status: 'available', checkup: true },
    { id: 'e', name: 'E', status: 'available' },
  ];
  it('suit the project, are available and take part', () => {
    const suits = ['e', 'd', 'c', 'b', 'a', 'z'].map((toolId) => ({ toolId }));
    expect(checkupTools(tools, suits).map(({ id }) => id)).toEqual(['e', 'd', 'a']);
    expect(checkupTools(tools, [])).toEqual([]);
  });
  it('are named, at most four', () => {
    const named = (n: number): string => namesOf(['A', 'B', 'C', 'D', 'E', 'F'].slice(0, n).map((name) => ({ name })));
    expect([1, 2, 4, 6].map(named)).toEqual(['A', 'A and B', 'A, B, C and D', 'A, B, C, D and 2 more']);
  });
});
