import { describe, expect, it } from 'vitest';
import { ApiError } from '../../api/errors';
import type { Execution, JobStatus } from '../../api/types';
import { newRun, runReducer, type RunAction } from './runState';

const execution = (status: JobStatus): Execution => ({ jobId: 'job_1', status }) as Execution;
const after = (...actions: RunAction[]) => actions.reduce(runReducer, newRun);
const status = (word: JobStatus, position = 0): RunAction => ({
  kind: 'status',
  event: { status: word, position, estimatedWaitMs: position * 1000 },
});

describe('runReducer', () => {
  it('tells the place in the queue as it changes', () => {
    const state = after(status('queued', 3), status('queued', 2));
    expect([state.status, state.position, state.estimatedWaitMs]).toEqual(['queued', 2, 2000]);
  });

  it('forgets what a lost run had found', () => {
    const found: RunAction = { kind: 'findings', event: { total: 3, error: 0, warning: 3, note: 0, latest: [] } };
    const again: RunAction = { kind: 'status', event: { status: 'queued', position: 1, estimatedWaitMs: 0, attempt: 2 } };
    const state = after(status('running'), found, again);
    expect([state.status, state.attempt, state.findings]).toEqual(['queued', 2, null]);
  });

  it('ends with the execution', () => {
    const state = after({ kind: 'opened' }, status('running'), { kind: 'complete', execution: execution('failed') });
    expect([state.connection, state.status, state.execution?.status]).toEqual(['over', 'failed', 'failed']);
  });

  it('never goes back: not for a late answer, not for a replayed event', () => {
    const ended = after({ kind: 'complete', execution: execution('completed') });
    expect(runReducer(ended, status('running'))).toBe(ended);
    expect(runReducer(ended, { kind: 'snapshot', execution: execution('running') })).toBe(ended);
    const running = after(status('running'), { kind: 'snapshot', execution: execution('queued') });
    expect(running.status).toBe('running');
  });

  it('is lost and found again', () => {
    const error = new ApiError({ status: 0, type: 'Unreachable', message: 'm' });
    const lost = after(status('running'), { kind: 'lost', retryAt: 5, error });
    expect([lost.connection, lost.retryAt, lost.status]).toEqual(['lost', 5, 'running']);
    expect(runReducer(lost, { kind: 'opened' }).problem).toBeNull();
  });
  it('counts findings as they come, and never fewer', () => {
    const event = (total: number) => ({ kind: 'findings' as const, event: { total, error: 0, warning: total, note: 0, latest: [] } });
    const after = [event(2), event(5), event(3)].reduce(runReducer, newRun);
    expect(after.findings?.total).toBe(5);
  });
});
