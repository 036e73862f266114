import { useMemo, useState } from 'react';
import { Link, runPath } from '../../app/router';
import { findingsApi } from '../../api/findings';
import type { Change, Finding } from '../../api/findingTypes';
import type { Execution } from '../../api/types';
import { Badge } from '../../ui/Badge';
import { Button } from '../../ui/Button';
import { ErrorNote } from '../../ui/ErrorNote';
import { useAsync } from '../../ui/useAsync';
import { changeWord, severityTone, severityWord } from '../../words/findings';
import { visible } from '../../words/names';
import { clock, count, counted } from '../../words/quantities';
import { addressOf } from '../findings/place';
import { byChange, changes, comparable, laterOf } from './findingsDiff';

const firstShown = 200;

// The findings of a later run of the same tool compared with an earlier one; nothing for other
// runs.
export function FindingsDiff({ left, right }: { left: Execution; right: Execution }) {
  return comparable(left, right) ? <Comparison {...laterOf(left, right)} /> : null;
}

function Comparison({ later, earlier }: { later: Execution; earlier: Execution }) {
  const list = useAsync(`${later.jobId} ${earlier.jobId}`, (signal) => findingsApi.list(later.jobId, { against: earlier.jobId, signal }));
  const groups = useMemo(() => byChange(list.value ?? []), [list.value]);
  const [chosen, setChosen] = useState<Change>('new');
  const [most, setMost] = useState(firstShown);
  const shown = groups[chosen];
  return (
    <section aria-labelledby="diff-title" className="grid gap-3" data-testid="findings-diff">
      <h2 id="diff-title" className="font-semibold">
        Findings of {clock(later.createdAt)} against those of {clock(earlier.createdAt)}
      </h2>
      {list.error && <ErrorNote error={list.error} what="The findings could not be compared" onRetry={list.reload} />}
      {list.loading && <p className="note">Comparing the findings…</p>}
      {list.value && (
        <>
          <div role="group" aria-label="Change" className="flex flex-wrap gap-1">
            {changes.map((change) => (
              <Button key={change} kind="quiet" small aria-pressed={chosen === change} onClick={() => setChosen(change)}>
                {changeWord[change]} ({count(groups[change].length)})
              </Button>
            ))}
          </div>
          {shown.length === 0 && <p className="note">None.</p>}
          <ul className="panel divide-y divide-line text-sm empty:hidden">
            {shown.slice(0, most).map((finding, i) => (
              <Place key={i} finding={finding} run={finding.change === 'fixed' ? earlier : later} />
            ))}
          </ul>
          {shown.length > most && (
            <p>
              <Button onClick={() => setMost(most * 2)}>Show more of {counted(shown.length, 'finding')}</Button>
            </p>
          )}
        </>
      )}
    </section>
  );
}

// A link to the location in the run that has the finding.
function Place({ finding, run }: { finding: Finding; run: Execution }) {
  const { jobId, toolId } = run;
  const where = finding.path === null ? 'Without a file' : `${visible(finding.path)}${finding.line === null ? '' : `:${finding.line}`}`;
  return (
    <li className="flex flex-wrap items-baseline gap-x-3 gap-y-1 p-2">
      <Badge tone={severityTone[finding.severity]}>{severityWord[finding.severity]}</Badge>
      <Link href={runPath(jobId) + addressOf({ ...finding, id: '', key: 0, jobId, toolId })} className="name font-mono text-[13px] underline underline-offset-2">
        {where}
      </Link>
      <span className="name min-w-0">{visible(finding.message)}</span>
      {finding.rule && <span className="note name">{visible(finding.rule)}</span>}
    </li>
  );
}
