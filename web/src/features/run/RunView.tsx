import { useEffect, useRef, useState } from 'react';
import { announce } from '../../app/announce';
import { useShortcuts } from '../../app/shortcuts';
import { api } from '../../api/client';
import { asApiError, type ApiError } from '../../api/errors';
import { isShared } from '../../api/share';
import { isFinal } from '../../api/types';
import { Button } from '../../ui/Button';
import { ErrorNote, useCountdown } from '../../ui/ErrorNote';
import { explain, outcomeWord, statusWord } from '../../words/outcome';
import { Artifacts } from '../result/Artifacts';
import { ResultActions } from '../result/ResultActions';
import { ShareButton } from '../share/ShareButton';
import { tellBusy } from '../status/busy';
import { useTool } from '../tools/catalogue';
import { HowItRan } from './HowItRan';
import { QueuePlace } from './QueuePlace';
import { RunHeading } from './RunHeading';
import { RunResult } from './RunResult';
import type { RunState } from './runState';
import { UsageStrip } from './UsageStrip';
import type { Starting } from './useStarting';
import { useRun } from './useRun';

// One run, from its position in the queue to its artifacts.
export function RunView({ jobId, starting }: { jobId: string; starting: Starting }) {
  const { state, output } = useRun(jobId);
  const { execution, status } = state;
  const tool = useTool(execution?.toolId);
  const over = status !== null && isFinal(status);
  useAnnouncements(state);
  useBusyTold(state);
  useTitle(status === null ? 'Run' : `${outcomeWord({ verdict: null, ...execution, status })}: ${tool?.name ?? 'run'}`);
  if (state.connection === 'over' && state.problem) {
    return (
      <div className="grid max-w-2xl gap-3 py-6">
        <h1 className="text-xl font-semibold">The run could not be loaded</h1>
        <ErrorNote error={state.problem} what="The server answered" />
        <p className="note">Runs are deleted after some time. A run is private: only the user who started it can see it, and those who have a link that they shared.</p>
      </div>
    );
  }
  return (
    <article className="grid min-w-0 content-start gap-5" aria-label="Run">
      <RunHeading state={state} tool={tool} />
      {state.failure && <p role="alert" className="rounded-md border border-bad bg-bad-soft px-3 py-2">{state.failure}</p>}
      {state.connection === 'lost' && <LostNote state={state} />}
      {status === 'queued' && <QueuePlace state={state} />}
      {!over && status !== null && !isShared() && <CancelButton jobId={jobId} />}
      {over && execution && !isShared() && <ResultActions execution={execution} tool={tool} starting={starting} />}
      {execution && <ShareButton subject={jobId} />}
      {execution && <HowItRan execution={execution} tool={tool} />}
      {execution && status !== 'queued' && <UsageStrip execution={execution} tool={tool} />}
      {over && execution && execution.outputTruncated && (
        <p className="text-sm text-warn">
          The tool wrote more output than the limit{tool ? ` (${tool.limits.outputLines.toLocaleString('en')} lines)` : ''}. Later output is dropped.
        </p>
      )}
      {status !== null && status !== 'queued' && <RunResult jobId={jobId} state={state} output={output} />}
      {over && execution && <Artifacts execution={execution} />}
    </article>
  );
}

// The status line has at least this run.
function useBusyTold({ status, position }: RunState): void {
  useEffect(() => {
    tellBusy(status === 'running' ? 1 : 0, status === 'queued' ? Math.max(1, position) : 0);
  }, [status, position]);
  useEffect(() => () => tellBusy(0, 0), []);
}

// The title shows the status of the run when the tab is in the background.
function useTitle(words: string): void {
  useEffect(() => {
    document.title = `${words} · Glovebox`;
  }, [words]);
}

function LostNote({ state }: { state: RunState }) {
  const left = useCountdown(state.retryAt);
  return (
    <p role="status" className="rounded-md bg-warn-soft px-3 py-2 text-sm text-warn" data-testid="lost">
      Connection lost; {left > 0 ? `retry in ${left} s` : 'retrying now'}. The run continues on the server.
    </p>
  );
}

function CancelButton({ jobId }: { jobId: string }) {
  const [asked, setAsked] = useState(false);
  const [error, setError] = useState<ApiError | null>(null);
  const cancel = (): void => {
    if (asked) return;
    setAsked(true);
    setError(null);
    api.cancel(jobId).catch((problem: unknown) => {
      setAsked(false);
      setError(asApiError(problem));
    });
  };
  useShortcuts({ x: cancel });
  return (
    <div className="grid gap-2">
      <p>
        <Button kind="danger" disabled={asked} onClick={cancel}>
          {asked ? 'Cancelling…' : 'Cancel'}
        </Button>
      </p>
      {error && <ErrorNote error={error} what="The run could not be cancelled" onRetry={cancel} />}
    </div>
  );
}

// Announces state changes to screen readers.
function useAnnouncements(state: RunState): void {
  const told = useRef('');
  const { status, execution, position } = state;
  useEffect(() => {
    if (status === null) return;
    const text =
      status === 'queued'
        ? `${statusWord.queued}, position ${position}`
        : `${outcomeWord({ verdict: null, ...execution, status })}. ${execution && execution.status === status ? explain(execution) : ''}`;
    if (text !== told.current) announce(text);
    told.current = text;
  }, [status, execution, position]);
}
