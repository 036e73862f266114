import { Link, checkupPagePath } from '../../app/router';
import { findingsApi } from '../../api/findings';
import { Badge } from '../../ui/Badge';
import { ErrorNote } from '../../ui/ErrorNote';
import { useAsync } from '../../ui/useAsync';
import { ago, clock, counted } from '../../words/quantities';
import { checkupTone, checkupWord } from './checkupWords';

const mostShown = 10;

// The user's latest check-ups; nothing if there are none.
export function CheckupList() {
  const list = useAsync('checkups', findingsApi.checkups);
  if (list.error) return <ErrorNote error={list.error} what="Your check-ups could not be listed" onRetry={list.reload} />;
  const checkups = (list.value ?? []).slice(0, mostShown);
  if (checkups.length === 0) return null;
  return (
    <section aria-labelledby="checkups-title" className="grid gap-2" data-testid="checkups">
      <h2 id="checkups-title" className="font-semibold">
        Check-ups
      </h2>
      <ul className="panel divide-y divide-line text-sm">
        {checkups.map((checkup) => (
          <li key={checkup.checkupId} className="flex flex-wrap items-center gap-x-3 gap-y-1 p-2">
            <Link
              href={checkupPagePath(checkup.checkupId)}
              aria-label={`Check-up of ${clock(checkup.createdAt)}`}
              className="font-medium underline decoration-line-strong underline-offset-2 hover:decoration-accent"
            >
              {counted(checkup.jobs.length, 'tool')}
            </Link>
            <Badge tone={checkupTone(checkup)}>{checkupWord(checkup)}</Badge>
            <span className="ml-auto text-muted" title={clock(checkup.createdAt)}>
              {ago(checkup.createdAt)}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
