// Follows one check-up: requests it once, then processes the events of its stream.
import { useEffect, useReducer } from 'react';
import { asApiError } from '../../api/errors';
import type { ServerEvent } from '../../api/eventStream';
import { findingsApi } from '../../api/findings';
import type { Checkup } from '../../api/findingTypes';
import { followShared } from '../../api/followShared';
import type { Execution } from '../../api/types';
import { checkupReducer, newCheckup, type CheckupAction, type CheckupState } from './checkupState';

export function useCheckup(checkupId: string): CheckupState {
  const [state, dispatch] = useReducer(checkupReducer, newCheckup);
  useEffect(() => {
    const abort = new AbortController();
    const tell = (action: CheckupAction): void => {
      if (!abort.signal.aborted) dispatch(action);
    };
    const gaveUp = (problem: unknown): void => tell({ kind: 'gaveUp', error: asApiError(problem) });
    const ask = (): Promise<void> => findingsApi.checkup(checkupId, abort.signal).then((checkup) => tell({ kind: 'snapshot', checkup }));
    ask().catch(gaveUp);
    followShared(
      checkupId,
      {
        event: (event) => onEvent(event, tell),
        connection: ({ open }) => tell({ kind: 'connection', open }),
      },
      { signal: abort.signal },
    )
      // A stream that ended without an end event (204: it was sent before).
      .then(ask)
      .catch(gaveUp);
    return () => abort.abort();
  }, [checkupId]);
  return state;
}

function onEvent(event: ServerEvent, tell: (action: CheckupAction) => void): void {
  if (event.event === 'job') tell({ kind: 'job', job: JSON.parse(event.data) as Execution });
  else if (event.event === 'complete') tell({ kind: 'complete', checkup: JSON.parse(event.data) as Checkup });
}
