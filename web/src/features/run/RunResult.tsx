import { lazy, Suspense, useEffect, useMemo, useState, type ReactNode } from 'react';
import { findingsApi } from '../../api/findings';
import { isFinal, type Execution } from '../../api/types';
import { Tabs } from '../../ui/Tabs';
import { count } from '../../words/quantities';
import { ReportMenu } from '../findings/ReportMenu';
import { useFindings, type FoundList } from '../findings/useFindings';
import { Console } from './Console';
import { LiveFindings } from './LiveFindings';
import { OutputSource, usePlaceLinks } from './OutputSource';
import { lineAddress } from './log/lineAddress';
import type { OutputStore } from './OutputStore';
import type { RunState } from './runState';

const FindingsView = lazy(() => import('../findings/FindingsView'));

// The result of a run: its findings first, if there are any, and its output.
export function RunResult({ jobId, state, output }: { jobId: string; state: RunState; output: OutputStore }) {
  const { execution, status } = state;
  const over = status !== null && isFinal(status);
  const { links, opened } = usePlaceLinks(over ? execution : null);
  const total = over ? (execution?.findings?.total ?? 0) : 0;
  // The end is known, but the findings are not: the output is not shown for this short time.
  if (over && !execution) return null;
  // Its views remember how far they have read, so a new run has new ones.
  const console = (firstFinding: number | null | undefined): ReactNode => (
    <div className="grid gap-4">
      <Console key={state.attempt} jobId={jobId} output={output} over={over} complete={state.connection === 'over'} watched={state.watched} firstFinding={firstFinding} links={links} />
      {opened && execution && <OutputSource projectId={execution.projectId} opened={opened} />}
    </div>
  );
  if (!over || !execution || total === 0) {
    return (
      <>
        {!over && state.findings && <LiveFindings findings={state.findings} />}
        {console(null)}
      </>
    );
  }
  return <FoundResult execution={execution} output={console} />;
}

// `output` is given the line of the first finding: undefined until it is known, null if no finding has a line.
function FoundResult({ execution, output }: { execution: Execution; output: (firstFinding: number | null | undefined) => ReactNode }) {
  const { jobId, toolId, findings } = execution;
  const [tab, setTab] = useState(() => (lineAddress(location.hash) ? 'output' : 'findings'));
  useEffect(() => {
    const listen = (): void => {
      if (lineAddress(location.hash)) setTab('output');
    };
    addEventListener('hashchange', listen);
    return () => removeEventListener('hashchange', listen);
  }, []);
  const runs = useMemo(() => [{ jobId, toolId }], [jobId, toolId]);
  const list = useFindings(runs);
  const firstFinding = useMemo(() => firstLine(list), [list.found, list.loading]);
  const tabs = [
    { name: 'findings', title: `Findings (${count(findings?.total ?? 0)})` },
    { name: 'output', title: 'Output' },
  ];
  return (
    <Tabs label="Result of the run" tabs={tabs} chosen={tab} onChoose={setTab}>
      {tab === 'output' ? (
        output(firstFinding)
      ) : (
        <Suspense fallback={<p className="note py-8">Loading the findings…</p>}>
          <FindingsView
            list={list}
            projectId={execution.projectId}
            truncated={findings?.truncated ?? false}
            menu={<ReportMenu id={jobId} path={(format) => findingsApi.jobReportPath(jobId, format)} />}
          />
        </Suspense>
      )}
    </Tabs>
  );
}

function firstLine({ found, loading }: FoundList): number | null | undefined {
  if (loading) return undefined;
  let first: number | null = null;
  for (const { outputLine } of found) if (outputLine !== null && (first === null || outputLine < first)) first = outputLine;
  return first;
}
