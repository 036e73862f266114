import { useEffect, useState, type KeyboardEvent } from 'react';
import { api } from '../api/client';
import type { Project, Tool } from '../api/types';
import { useAsync } from '../ui/useAsync';
import { ProjectStage } from '../features/project/ProjectStage';
import { ProjectStep } from '../features/project/ProjectStep';
import { RunStep } from '../features/run/RunStep';
import { RunView } from '../features/run/RunView';
import { useStarting } from '../features/run/useStarting';
import { useTool } from '../features/tools/catalogue';
import { initialValues } from '../features/tools/parameterModel';
import { ToolGallery } from '../features/tools/ToolGallery';
import { ToolStep } from '../features/tools/ToolStep';
import { useDraft } from './draft';
import { byId, focusSoon } from './focus';

// Wide screens: the steps in a narrow column, their content in a wide one.
const stagePlace = 'min-w-0 lg:col-start-2 lg:row-start-1 lg:row-span-3';

// Choose a project and a tool, run it, watch it, save results.
export function Workbench({ jobId }: { jobId: string | null }) {
  const { draft, change } = useDraft();
  const { projectId } = draft;
  const tool = useTool(draft.toolId);
  const [choosing, setChoosing] = useState(false);
  const project = useAsync<Project | null>(`project ${projectId ?? ''}`, (signal) =>
    projectId === null ? Promise.resolve(null) : api.project(projectId, signal),
  );
  const starting = useStarting();
  useEffect(() => {
    if (jobId === null) document.title = 'Glovebox';
  }, [jobId]);

  const choose = (chosen: Tool): void => {
    if (chosen.id !== draft.toolId) change({ toolId: chosen.id, values: initialValues(chosen), timeoutSeconds: '' });
    setChoosing(false);
    focusSoon(() => document.querySelector<HTMLElement>('#tool-parameters :is(input, select, textarea)'));
  };
  const endChoice = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape' || !choosing) return;
    setChoosing(false);
    focusSoon(byId('choose-tool'));
    event.preventDefault();
  };
  const watching = jobId !== null;
  const showGallery = choosing || (!tool && !watching);
  // A run comes first: on a phone, the user need not scroll to it.
  return (
    <div onKeyDown={endChoice} className="grid grid-cols-[minmax(0,1fr)] gap-6 lg:grid-cols-[22rem_minmax(0,1fr)] lg:grid-rows-[auto_auto_1fr] lg:gap-x-8 2xl:grid-cols-[25rem_minmax(0,1fr)] 2xl:gap-x-10">
      {watching && (
        <div className={stagePlace}>
          <RunView key={jobId} jobId={jobId} starting={starting} />
        </div>
      )}
      <ProjectStep project={project} />
      <div className="grid min-w-0 grid-cols-[minmax(0,1fr)] content-start gap-4">
        <ToolStep tool={tool} choosing={choosing} onChoosing={setChoosing} />
        {showGallery && watching && <ToolGallery project={project.value} chosen={draft.toolId} onChoose={choose} />}
      </div>
      {showGallery && !watching && (
        <div className={`${stagePlace} grid content-start gap-5`}>
          <header>
            <h1 className="text-2xl font-semibold tracking-tight">Run a tool on a project in a sandbox</h1>
            <p className="text-muted">No network, no access to the host’s files, fixed limits. Output, result and files are saved.</p>
          </header>
          <ToolGallery project={project.value} chosen={draft.toolId} onChoose={choose} />
        </div>
      )}
      <RunStep project={project.value} starting={starting} />
      {!showGallery && !watching && (
        <div className={stagePlace}>
          {project.value ? (
            <ProjectStage key={project.value.projectId} project={project.value} />
          ) : (
            <>
              <h1 className="text-2xl font-semibold tracking-tight">{tool ? `Run ${tool.name} in a sandbox` : 'Run a tool in a sandbox'}</h1>
              <p className="note py-4">Choose a project to see its files here.</p>
            </>
          )}
        </div>
      )}
    </div>
  );
}
