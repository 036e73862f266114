// Follows one run: its state for the page, its output into a store.
import { useEffect, useMemo, useReducer } from 'react';
import { api } from '../../api/client';
import { asApiError, isAbort } from '../../api/errors';
import type { ServerEvent } from '../../api/eventStream';
import type { FindingsEvent } from '../../api/findingTypes';
import { followShared } from '../../api/followShared';
import { isFinal, type Execution, type OutputEvent, type StatusEvent } from '../../api/types';
import { OutputStore } from './OutputStore';
import { newRun, runReducer, type RunAction, type RunState } from './runState';

const usagePeriodMs = 1000;

export interface Run {
  state: RunState;
  output: OutputStore;
}

export function useRun(jobId: string): Run {
  const [state, dispatch] = useReducer(runReducer, newRun);
  const output = useMemo(() => new OutputStore(), []);
  useEffect(() => {
    const abort = new AbortController();
    const tell = (action: RunAction): void => {
      if (!abort.signal.aborted) dispatch(action);
    };
    const seen = { attempt: 1 };
    followShared(
      jobId,
      {
        event: (event) => onEvent(event, output, seen, tell),
        connection: (connection) =>
          tell(connection.open ? { kind: 'opened' } : { kind: 'lost', retryAt: connection.retryAt, error: connection.error }),
      },
      { signal: abort.signal },
    ).catch((error: unknown) => tell({ kind: 'gaveUp', error: asApiError(error) }));
    return () => abort.abort();
  }, [jobId, output]);
  useUsage(jobId, state, dispatch);
  return { state, output };
}

// `seen.attempt`: the run whose output the store has.
function onEvent(event: ServerEvent, output: OutputStore, seen: { attempt: number }, tell: (action: RunAction) => void): void {
  switch (event.event) {
    case 'output':
      return output.append(JSON.parse(event.data) as OutputEvent);
    case 'status': {
      const told = JSON.parse(event.data) as StatusEvent;
      const attempt = told.attempt ?? 1;
      if (attempt > seen.attempt) output.restart();
      seen.attempt = Math.max(seen.attempt, attempt);
      return tell({ kind: 'status', event: told });
    }
    case 'findings':
      return tell({ kind: 'findings', event: JSON.parse(event.data) as FindingsEvent });
    case 'error':
      return tell({ kind: 'failure', message: (JSON.parse(event.data) as { message: string }).message });
    case 'complete':
      return tell({ kind: 'complete', execution: JSON.parse(event.data) as Execution });
  }
}

// What the stream does not contain: tool, project, and usage while it runs.
function useUsage(jobId: string, state: RunState, dispatch: (action: RunAction) => void): void {
  const over = state.connection === 'over' || (state.status !== null && isFinal(state.status));
  const { status } = state;
  useEffect(() => {
    if (over) return;
    const abort = new AbortController();
    const ask = (): void => {
      api.job(jobId, abort.signal).then(
        (execution) => !abort.signal.aborted && dispatch({ kind: 'snapshot', execution }),
        // Following reports lost connections; this request is repeated at the next turn.
        (error: unknown) => isAbort(error),
      );
    };
    ask();
    const timer = setInterval(ask, usagePeriodMs);
    return () => {
      abort.abort();
      clearInterval(timer);
    };
  }, [jobId, over, status, dispatch]);
}
