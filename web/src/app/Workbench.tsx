import { useEffect } from 'react';
import { api } from '../api/client';
import type { Project } from '../api/types';
import { useAsync } from '../ui/useAsync';
import { ProjectStage } from '../features/project/ProjectStage';
import { ProjectStep } from '../features/project/ProjectStep';
import { RunStep } from '../features/run/RunStep';
import { RunView } from '../features/run/RunView';
import { useStarting } from '../features/run/useStarting';
import { ToolStep } from '../features/tools/ToolStep';
import { useDraft } from './draft';
import { Welcome } from './Welcome';

// Choose a project, choose a tool, run, watch, keep: the steps on one side, what they are about on
// the other.
export function Workbench({ jobId }: { jobId: string | null }) {
  const { draft } = useDraft();
  const { projectId } = draft;
  const project = useAsync<Project | null>(`project ${projectId ?? ''}`, (signal) =>
    projectId === null ? Promise.resolve(null) : api.project(projectId, signal),
  );
  const starting = useStarting();
  useEffect(() => {
    document.title = jobId === null ? 'Glovebox' : 'Run · Glovebox';
  }, [jobId]);
  const stage =
    jobId !== null ? (
      <RunView key={jobId} jobId={jobId} starting={starting} />
    ) : project.value ? (
      <ProjectStage key={project.value.projectId} project={project.value} />
    ) : (
      <Welcome />
    );
  // On a phone a run stands above the steps: whoever came to see it need not scroll for it.
  return (
    <div className="grid gap-6 lg:grid-cols-[23rem_minmax(0,1fr)] lg:gap-8">
      <div className={`grid content-start gap-6 ${jobId !== null ? 'max-lg:order-2' : ''}`}>
        <ProjectStep project={project} />
        <ToolStep project={project.value} />
        <RunStep project={project.value} starting={starting} />
      </div>
      <div className="min-w-0">{stage}</div>
    </div>
  );
}
