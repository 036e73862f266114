// The state of a followed check-up.
import type { ApiError } from '../../api/errors';
import type { Checkup } from '../../api/findingTypes';
import { isFinal, type Execution } from '../../api/types';
import type { RunRef } from '../findings/useFindings';

export interface CheckupState {
  checkup: Checkup | null;
  // The content of `job` events that arrived before the check-up itself was known.
  early: readonly Execution[];
  lost: boolean;
  problem: ApiError | null; // why it cannot be followed
}

export type CheckupAction =
  | { kind: 'connection'; open: boolean }
  | { kind: 'snapshot'; checkup: Checkup }
  | { kind: 'job'; job: Execution }
  | { kind: 'complete'; checkup: Checkup }
  | { kind: 'gaveUp'; error: ApiError };

export const newCheckup: CheckupState = { checkup: null, early: [], lost: false, problem: null };

export function checkupReducer(state: CheckupState, action: CheckupAction): CheckupState {
  switch (action.kind) {
    case 'connection':
      return { ...state, lost: !action.open };
    case 'snapshot':
      if (state.checkup !== null && state.checkup.status !== 'running') return state;
      return { ...state, problem: null, early: [], checkup: withJobs(action.checkup, [...(state.checkup?.jobs ?? []), ...state.early]) };
    case 'job':
      if (state.checkup === null) return { ...state, early: [...state.early, action.job].slice(-200) };
      return { ...state, checkup: withJobs(state.checkup, [action.job]) };
    case 'complete':
      return { ...state, lost: false, problem: null, early: [], checkup: action.checkup };
    case 'gaveUp':
      return { ...state, problem: action.error };
  }
}

// A job that has ended keeps its state: a resumed stream may send an earlier one again.
function withJobs(checkup: Checkup, told: readonly Execution[]): Checkup {
  const jobs = [...checkup.jobs];
  for (const job of told) {
    const at = jobs.findIndex(({ jobId }) => jobId === job.jobId);
    if (at < 0) jobs.push(job);
    else if (!isFinal(jobs[at]?.status ?? 'queued')) jobs[at] = job;
  }
  return { ...checkup, jobs };
}

// The runs whose findings can be loaded.
export const runsWithFindings = (checkup: Checkup | null): RunRef[] =>
  (checkup?.jobs ?? []).filter((job) => isFinal(job.status) && (job.findings?.total ?? 0) > 0).map(({ jobId, toolId }) => ({ jobId, toolId }));

// The tools that failed.
export const failedJobs = (checkup: Checkup): Execution[] =>
  checkup.jobs.filter(({ status, verdict }) => status === 'failed' || status === 'timeout' || verdict === 'error');

// Available tools that are applicable to the project and, according to the server, take part in a
// check-up; most files first.
export function checkupTools<T extends { id: string; status: string; checkup?: boolean }>(
  tools: readonly T[],
  suits: readonly { toolId: string }[],
): T[] {
  return suits
    .map(({ toolId }) => tools.find(({ id }) => id === toolId))
    .filter((tool) => tool !== undefined)
    .filter((tool) => tool.status === 'available' && tool.checkup !== false);
}

const mostNamed = 4;

// "Cppcheck, Pylint and 3 more".
export function namesOf(tools: readonly { name: string }[]): string {
  const names = tools.slice(0, mostNamed).map(({ name }) => name);
  const more = tools.length - names.length;
  if (more > 0) return `${names.join(', ')} and ${more} more`;
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names[names.length - 1]}`;
}

// Of all tools together, even if the server does not add them up.
export const totalOf = (checkup: Checkup): number =>
  checkup.findings?.total ?? checkup.jobs.reduce((sum, job) => sum + (job.findings?.total ?? 0), 0);
