import { Link, runPath, sharedPath } from '../../app/router';
import type { Checkup } from '../../api/findingTypes';
import { isShared } from '../../api/share';
import { isFinal } from '../../api/types';
import { Badge } from '../../ui/Badge';
import { outcomeWord, toneOf } from '../../words/outcome';
import { visible } from '../../words/names';
import { duration } from '../../words/quantities';
import { severityText } from '../../words/findings';
import { useCatalogue } from '../tools/catalogue';

// The tools of a check-up with their outcome, each with a link to its run.
export function CheckupJobs({ checkup }: { checkup: Checkup }) {
  const tools = useCatalogue().value ?? [];
  return (
    <ul aria-label="Tools of the check-up" className="grid grid-cols-[repeat(auto-fill,minmax(min(100%,15rem),1fr))] gap-2" data-testid="checkup-jobs">
      {checkup.jobs.map((job) => (
        <li key={job.jobId} className="panel grid content-start gap-1 p-3 text-sm">
          <p className="flex flex-wrap items-center justify-between gap-2">
            <Link href={isShared() ? sharedPath(job.jobId) : runPath(job.jobId)} className="name font-medium underline decoration-line-strong underline-offset-2 hover:decoration-accent">
              {tools.find(({ id }) => id === job.toolId)?.name ?? visible(job.toolId)}
            </Link>
            <Badge tone={toneOf(job)}>{outcomeWord(job)}</Badge>
          </p>
          {isFinal(job.status) && (
            <p className="note">
              {duration(job.durationMs)}
              {job.findings && job.findings.total > 0 && <> · {severityText(job.findings)}</>}
            </p>
          )}
        </li>
      ))}
    </ul>
  );
}
