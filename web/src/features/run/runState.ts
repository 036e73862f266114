// The state of a followed run. Its output is stored separately, in OutputStore.
import type { ApiError } from '../../api/errors';
import type { FindingsEvent } from '../../api/findingTypes';
import { isFinal, type Execution, type JobStatus, type StatusEvent } from '../../api/types';

export interface RunState {
  connection: 'connecting' | 'open' | 'lost' | 'over';
  retryAt: number;
  problem: ApiError | null; // why it cannot be followed, temporarily or permanently
  status: JobStatus | null;
  position: number;
  estimatedWaitMs: number;
  watched: boolean; // it was seen before its end
  attempt: number; // more than 1: earlier runs were lost
  execution: Execution | null;
  findings: FindingsEvent | null; // so far
  failure: string | null; // the server's error, from an `error` event
}

export type RunAction =
  | { kind: 'opened' }
  | { kind: 'lost'; retryAt: number; error: ApiError }
  | { kind: 'gaveUp'; error: ApiError }
  | { kind: 'status'; event: StatusEvent }
  | { kind: 'snapshot'; execution: Execution }
  | { kind: 'findings'; event: FindingsEvent }
  | { kind: 'failure'; message: string }
  | { kind: 'complete'; execution: Execution };

export const newRun: RunState = {
  connection: 'connecting',
  retryAt: 0,
  problem: null,
  status: null,
  position: 0,
  estimatedWaitMs: 0,
  watched: false,
  attempt: 1,
  execution: null,
  findings: null,
  failure: null,
};

export function runReducer(state: RunState, action: RunAction): RunState {
  switch (action.kind) {
    case 'opened':
      return { ...state, connection: 'open', problem: null };
    case 'lost':
      return { ...state, connection: 'lost', retryAt: action.retryAt, problem: action.error };
    case 'gaveUp':
      return { ...state, connection: 'over', problem: action.error };
    case 'status':
      // A resumed stream sends the state of old events again; a final state stays final.
      if (state.status !== null && isFinal(state.status)) return state;
      if ((action.event.attempt ?? 1) > state.attempt) return { ...state, ...action.event, findings: null };
      return { ...state, ...action.event };
    case 'snapshot':
      if (state.execution !== null && isFinal(state.execution.status)) return state;
      return { ...state, execution: action.execution, status: later(state.status, action.execution.status), watched: state.watched || !isFinal(action.execution.status) };
    case 'findings':
      // A resumed stream may send an old event again; the number only grows.
      if (state.findings !== null && action.event.total < state.findings.total) return state;
      return { ...state, findings: action.event };
    case 'failure':
      return { ...state, failure: action.message };
    case 'complete':
      return { ...state, connection: 'over', problem: null, execution: action.execution, status: action.execution.status };
  }
}

// Responses of two routes may arrive out of order; a state never goes backwards.
function later(known: JobStatus | null, told: JobStatus): JobStatus {
  const rank = (status: JobStatus): number => (isFinal(status) ? 2 : status === 'running' ? 1 : 0);
  return known !== null && rank(known) > rank(told) ? known : told;
}
