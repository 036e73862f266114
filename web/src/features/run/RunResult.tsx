import { lazy, Suspense, useMemo, useState, type ReactNode } from 'react';
import { findingsApi } from '../../api/findings';
import { isFinal, type Execution } from '../../api/types';
import { Tabs } from '../../ui/Tabs';
import { count } from '../../words/quantities';
import { ReportMenu } from '../findings/ReportMenu';
import { useFindings } from '../findings/useFindings';
import { Console } from './Console';
import { LiveFindings } from './LiveFindings';
import { OutputSource, usePlaceLinks } from './OutputSource';
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
  const console = (
    <div className="grid gap-4">
      <Console key={state.attempt} jobId={jobId} output={output} over={over} links={links} />
      {opened && execution && <OutputSource projectId={execution.projectId} opened={opened} />}
    </div>
  );
  if (!over || !execution || total === 0) {
    return (
      <>
        {!over && state.findings && <LiveFindings findings={state.findings} />}
        {console}
      </>
    );
  }
  return <FoundResult execution={execution} output={console} />;
}

function FoundResult({ execution, output }: { execution: Execution; output: ReactNode }) {
  const { jobId, toolId, findings } = execution;
  const [tab, setTab] = useState('findings');
  const runs = useMemo(() => [{ jobId, toolId }], [jobId, toolId]);
  const list = useFindings(runs);
  const tabs = [
    { name: 'findings', title: `Findings (${count(findings?.total ?? 0)})` },
    { name: 'output', title: 'Output' },
  ];
  return (
    <Tabs label="Result of the run" tabs={tabs} chosen={tab} onChoose={setTab}>
      {tab === 'output' ? (
        output
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
