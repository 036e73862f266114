import { useEffect, useMemo, useState } from 'react';
import { useShortcuts } from '../../app/shortcuts';
import { useDraft } from '../../app/draft';
import { navigate } from '../../app/router';
import { asApiError, type ApiError } from '../../api/errors';
import { findingsApi } from '../../api/findings';
import { isShared } from '../../api/share';
import type { Checkup } from '../../api/findingTypes';
import { isFinal } from '../../api/types';
import { Badge } from '../../ui/Badge';
import { Button } from '../../ui/Button';
import { ErrorNote } from '../../ui/ErrorNote';
import { clock, counted } from '../../words/quantities';
import FindingsView from '../findings/FindingsView';
import { ShareButton } from '../share/ShareButton';
import { ReportMenu } from '../findings/ReportMenu';
import { useFindings } from '../findings/useFindings';
import { tellBusy } from '../status/busy';
import { CheckupJobs } from './CheckupJobs';
import { runsWithFindings } from './checkupState';
import { checkupTone, checkupWord } from './checkupWords';
import { useCheckup } from './useCheckup';

// All tools of a check-up as they end, and the findings of all of them together.
export default function CheckupPage({ checkupId }: { checkupId: string }) {
  const { checkup, lost, problem } = useCheckup(checkupId);
  useEffect(() => {
    document.title = `${checkup ? checkupWord(checkup) : 'Check-up'} · Glovebox`;
  }, [checkup]);
  if (problem && !checkup) {
    return (
      <div className="grid max-w-2xl gap-3 py-6">
        <h1 className="text-xl font-semibold">The check-up could not be loaded</h1>
        <ErrorNote error={problem} what="The server answered" />
        <p className="note">Check-ups are deleted after some time. A check-up is private: only the user who started it can see it, and those who have a link that they shared.</p>
      </div>
    );
  }
  if (!checkup) return <p className="note py-8">Loading the check-up…</p>;
  return <Shown checkup={checkup} lost={lost} />;
}

function Shown({ checkup, lost }: { checkup: Checkup; lost: boolean }) {
  const runs = useMemo(() => runsWithFindings(checkup), [checkup]);
  const list = useFindings(runs);
  const running = checkup.status === 'running';
  const ended = checkup.jobs.filter(({ status }) => isFinal(status)).length;
  const [runningJobs, waiting] = (['running', 'queued'] as const).map((status) => checkup.jobs.filter((job) => job.status === status).length);
  useEffect(() => tellBusy(runningJobs ?? 0, waiting ?? 0), [runningJobs, waiting]);
  useEffect(() => () => tellBusy(0, 0), []);
  return (
    <article aria-label="Check-up" className="grid min-w-0 grid-cols-[minmax(0,1fr)] gap-5">
      <header className="grid gap-1">
        <h1 className="flex flex-wrap items-center gap-x-3 gap-y-1 text-xl font-semibold">
          Check-up
          <Badge tone={checkupTone(checkup)}>{checkupWord(checkup)}</Badge>
        </h1>
        <p role="status" className="note" data-testid="checkup-progress">
          {running ? `${ended} of ${counted(checkup.jobs.length, 'tool')} ended.` : `${counted(checkup.jobs.length, 'tool')} ran.`} Started {clock(checkup.createdAt)}
        </p>
      </header>
      {lost && running && (
        <p role="status" className="rounded-md bg-warn-soft px-3 py-2 text-sm text-warn">
          Connection lost; retrying. The check-up continues on the server.
        </p>
      )}
      {!isShared() && (running ? <CancelCheckup checkupId={checkup.checkupId} /> : <Again projectId={checkup.projectId} />)}
      <ShareButton subject={checkup.checkupId} />
      <CheckupJobs checkup={checkup} />
      {runs.length > 0 && (
        <FindingsView
          list={list}
          projectId={checkup.projectId}
          truncated={checkup.jobs.some(({ findings }) => findings?.truncated)}
          menu={running ? null : <ReportMenu id={checkup.checkupId} path={(format) => findingsApi.checkupReportPath(checkup.checkupId, format)} />}
        />
      )}
      {runs.length === 0 && !running && checkup.verdict === 'clean' && <p>No tool found anything.</p>}
    </article>
  );
}

function CancelCheckup({ checkupId }: { checkupId: string }) {
  const [asked, setAsked] = useState(false);
  const [error, setError] = useState<ApiError | null>(null);
  const cancel = (): void => {
    if (asked) return;
    setAsked(true);
    setError(null);
    findingsApi.cancelCheckup(checkupId).catch((problem: unknown) => {
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
      {error && <ErrorNote error={error} what="The check-up could not be cancelled" onRetry={cancel} />}
    </div>
  );
}

// Back to the project, to check it again or to run one tool.
function Again({ projectId }: { projectId: string }) {
  const { change } = useDraft();
  const open = (): void => {
    change({ projectId });
    navigate('/');
  };
  return (
    <p>
      <Button onClick={open}>Open the project</Button>
    </p>
  );
}
