import { useEffect, useState } from 'react';
import { comparePath, navigate } from '../../app/router';
import { api } from '../../api/client';
import { asApiError, isAbort, type ApiError } from '../../api/errors';
import { jobStatuses, type Execution, type JobStatus } from '../../api/types';
import { Button } from '../../ui/Button';
import { ErrorNote } from '../../ui/ErrorNote';
import { statusWord } from '../../words/outcome';
import { CheckupList } from '../checkup/CheckupList';
import { WhoSees } from '../share/WhoSees';
import { useCatalogue } from '../tools/catalogue';
import { HistoryTable } from './HistoryTable';

const pageSize = 30;

interface Listing {
  jobs: Execution[];
  nextCursor: string | null;
}

// The user's runs, newest first; two of them can be compared.
export default function HistoryPage(props: { with: string }) {
  const [status, setStatus] = useState<JobStatus | ''>('');
  const [toolId, setToolId] = useState('');
  const [listing, setListing] = useState<Listing | null>(null);
  const [error, setError] = useState<ApiError | null>(null);
  const [turn, setTurn] = useState(0);
  const [marked, setMarked] = useState<string[]>(props.with === '' ? [] : [props.with]);
  const tools = useCatalogue().value ?? [];

  const filter = {
    limit: pageSize,
    ...(status !== '' ? { status } : {}),
    ...(toolId !== '' ? { toolId } : {}),
  };
  useEffect(() => {
    document.title = 'Your runs · Glovebox';
    const abort = new AbortController();
    setError(null);
    api.jobs(filter, abort.signal).then(setListing, (problem: unknown) => {
      if (!isAbort(problem)) setError(asApiError(problem));
    });
    return () => abort.abort();
  }, [status, toolId, turn]);

  const more = (): void => {
    if (!listing?.nextCursor) return;
    api.jobs({ ...filter, cursor: listing.nextCursor }).then(
      (next) => setListing({ jobs: [...listing.jobs, ...next.jobs], nextCursor: next.nextCursor }),
      (problem: unknown) => setError(asApiError(problem)),
    );
  };
  // When a third is selected, the first is deselected.
  const mark = (jobId: string, on: boolean): void =>
    setMarked((old) => (on ? [...old, jobId].slice(-2) : old.filter((id) => id !== jobId)));
  const [left, right] = marked;
  return (
    <section aria-labelledby="history-title" className="grid gap-4">
      <div className="flex flex-wrap items-end gap-3">
        <h1 id="history-title" className="mr-auto text-xl font-semibold">
          Your runs
        </h1>
        <label className="grid gap-1">
          <span className="note">Status</span>
          <select className="field" value={status} onChange={(event) => setStatus(event.target.value as JobStatus | '')}>
            <option value="">any</option>
            {jobStatuses.map((one) => (
              <option key={one} value={one}>
                {statusWord[one].toLowerCase()}
              </option>
            ))}
          </select>
        </label>
        <label className="grid gap-1">
          <span className="note">Tool</span>
          <select className="field" value={toolId} onChange={(event) => setToolId(event.target.value)}>
            <option value="">any</option>
            {tools.map((tool) => (
              <option key={tool.id} value={tool.id}>
                {tool.name}
              </option>
            ))}
          </select>
        </label>
        <Button kind="primary" disabled={!left || !right} onClick={() => left && right && navigate(comparePath(left, right))}>
          Compare selected runs
        </Button>
      </div>
      <p className="note" role="status">
        {marked.length === 0 && 'Select two runs to compare their outputs.'}
        {marked.length === 1 && 'Select one more run to compare.'}
        {marked.length === 2 && 'Two runs are selected.'}
      </p>
      <WhoSees />
      {error && <ErrorNote error={error} what="Your runs could not be listed" onRetry={() => setTurn(turn + 1)} />}
      <CheckupList />
      {listing && <HistoryTable jobs={listing.jobs} marked={marked} onMark={mark} />}
      {listing?.jobs.length === 0 && (
        <p className="note">{status || toolId ? 'No run matches this filter.' : 'No runs yet.'}</p>
      )}
      {listing?.nextCursor && (
        <p>
          <Button onClick={more}>Earlier runs</Button>
        </p>
      )}
    </section>
  );
}
