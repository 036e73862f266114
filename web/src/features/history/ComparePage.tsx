import { useEffect, useMemo, useState } from 'react';
import { Link, runPath } from '../../app/router';
import { api } from '../../api/client';
import type { Execution } from '../../api/types';
import { Badge } from '../../ui/Badge';
import { Button } from '../../ui/Button';
import { ErrorNote } from '../../ui/ErrorNote';
import { useAsync } from '../../ui/useAsync';
import { explain, outcomeWord, toneOf } from '../../words/outcome';
import { bytes, clock, count, duration } from '../../words/quantities';
import { visible } from '../../words/names';
import { plainText } from '../run/log/tameText';
import { useTool } from '../tools/catalogue';
import { sideBySide, type Row } from './diff';
import { ArtifactsDiff } from './ArtifactsDiff';
import { FindingsDiff } from './FindingsDiff';
import { InputsDiff } from './InputsDiff';

const firstRows = 2000;

// The outputs of two runs side by side, with differences marked.
export default function ComparePage({ left, right }: { left: string; right: string }) {
  const runs = useAsync(`${left} ${right}`, (signal) =>
    Promise.all([api.jobWithOutput(left, signal), api.jobWithOutput(right, signal)]),
  );
  useEffect(() => {
    document.title = 'Compare · Glovebox';
  }, []);
  return (
    <section aria-labelledby="compare-title" className="grid gap-4">
      <h1 id="compare-title" className="text-xl font-semibold">
        Two runs side by side
      </h1>
      {runs.error && <ErrorNote error={runs.error} what="The runs could not be loaded" onRetry={runs.reload} />}
      {runs.loading && <p className="note">Loading both runs…</p>}
      {runs.value && <Comparison {...inOrder(runs.value)} />}
    </section>
  );
}

// The older one is on the left, in whichever order they were chosen.
export function inOrder([a, b]: readonly [Execution, Execution]): { left: Execution; right: Execution } {
  const swapped = a.createdAt === b.createdAt ? a.jobId > b.jobId : a.createdAt > b.createdAt;
  return swapped ? { left: b, right: a } : { left: a, right: b };
}

const linesOf = (run: Execution): string[] => (run.output ?? []).map((line) => plainText(line));

function Comparison({ left, right }: { left: Execution; right: Execution }) {
  const rows = useMemo(() => sideBySide(linesOf(left), linesOf(right)), [left, right]);
  const [onlyChanges, setOnlyChanges] = useState(false);
  const [most, setMost] = useState(firstRows);
  const changes = rows.filter((row) => row.kind === 'changed').length;
  const shown = onlyChanges ? rows.filter((row) => row.kind === 'changed') : rows;
  return (
    <>
      <div className="grid grid-cols-2 gap-3">
        <Side run={left} title="Older" />
        <Side run={right} title="Newer" />
      </div>
      <InputsDiff left={left} right={right} />
      <ArtifactsDiff left={left} right={right} />
      <FindingsDiff left={left} right={right} />
      <div className="flex flex-wrap items-center gap-4">
        <p role="status" data-testid="differences" className="font-medium">
          {changes === 0 ? 'The outputs are the same.' : `${count(changes)} of ${count(rows.length)} lines differ.`}
        </p>
        <label className="flex items-center gap-2 text-sm">
          <input type="checkbox" checked={onlyChanges} onChange={(event) => setOnlyChanges(event.target.checked)} />
          Only differences
        </label>
      </div>
      {shown.length > 0 && <Rows rows={shown.slice(0, most)} />}
      {shown.length > most && (
        <p>
          <Button onClick={() => setMost(most * 2)}>Show more lines</Button>
        </p>
      )}
    </>
  );
}

function Side({ run, title }: { run: Execution; title: string }) {
  const tool = useTool(run.toolId);
  return (
    <div className="panel p-3 text-sm">
      <p className="flex flex-wrap items-center gap-2">
        <Link href={runPath(run.jobId)} className="font-semibold underline underline-offset-2">
          {title}: {tool?.name ?? run.toolId}
        </Link>
        <Badge tone={toneOf(run)}>{outcomeWord(run)}</Badge>
      </p>
      <p className="note name">{run.projectName ? `on ${visible(run.projectName)}, ` : ''}{clock(run.createdAt)}</p>
      <p className="mt-1 max-sm:hidden">{visible(explain(run, tool))}</p>
      <p className="note mt-1">
        {duration(run.durationMs)} · CPU {duration(run.usage.cpuMs)} · {bytes(run.usage.peakMemoryBytes)} · {count(run.outputLines)} lines
      </p>
    </div>
  );
}

function Rows({ rows }: { rows: Row[] }) {
  return (
    <div className="panel overflow-x-auto" tabIndex={0} role="region" aria-label="Lines of both outputs">
      <table className="w-full table-fixed font-mono text-[12.5px] leading-5">
        <colgroup>
          <col className="w-12" />
          <col />
          <col className="w-12" />
          <col />
        </colgroup>
        <thead className="sr-only">
          <tr>
            <th scope="col">Line, older</th>
            <th scope="col">Older</th>
            <th scope="col">Line, newer</th>
            <th scope="col">Newer</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row, i) => (
            <tr key={i} data-kind={row.kind}>
              <Cell line={row.leftLine} text={row.left} look={row.kind === 'changed' ? 'bg-bad-soft' : ''} mark={row.kind === 'changed' ? '−' : ''} />
              <Cell line={row.rightLine} text={row.right} look={row.kind === 'changed' ? 'bg-good-soft' : ''} mark={row.kind === 'changed' ? '+' : ''} />
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Cell({ line, text, look, mark }: { line: number; text: string | null; look: string; mark: string }) {
  if (text === null) {
    return (
      <>
        <td className="bg-sunken" />
        <td className="bg-sunken" />
      </>
    );
  }
  return (
    <>
      <td className={`px-2 text-right align-top whitespace-nowrap text-muted select-none ${look}`}>
        {mark}
        {line}
      </td>
      <td className={`px-2 align-top break-words whitespace-pre-wrap ${look}`}>{visible(text).replace(/⟨U\+0009⟩/g, '\t')}</td>
    </>
  );
}
