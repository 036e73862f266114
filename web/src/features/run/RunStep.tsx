import { useState } from 'react';
import { useDraft } from '../../app/draft';
import { useShortcuts } from '../../app/shortcuts';
import type { Project } from '../../api/types';
import { Button } from '../../ui/Button';
import { ErrorNote } from '../../ui/ErrorNote';
import { visible } from '../../words/names';
import { counted } from '../../words/quantities';
import { useTool } from '../tools/catalogue';
import { checkValues, valuesFor } from '../tools/parameterModel';
import { suitedFiles } from '../tools/toolSearch';
import { whatIsMissing } from './missing';
import { QuotaNote } from './QuotaNote';
import type { Starting } from './useStarting';

// The third step: the button, which says what is missing.
export function RunStep({ project, starting }: { project: Project | null; starting: Starting }) {
  const { draft } = useDraft();
  const tool = useTool(draft.toolId);
  const missing = whatIsMissing(draft, project, tool);
  // If a tool is not applicable to any of the project's files, the user is asked once per project
  // and tool.
  const [asked, setAsked] = useState('');
  const question = project && tool && suitedFiles(tool, project) === 0 ? `${project.projectId} ${tool.id}` : '';
  const asking = question !== '' && asked === question;
  const run = (): void => {
    if (missing.length > 0 || !project || !tool || starting.busy) return;
    if (question !== '' && !asking) return setAsked(question);
    const values = valuesFor(tool, draft.values);
    starting.start({
      toolId: tool.id,
      projectId: project.projectId,
      past: {
        parameters: checkValues(tool, values).parameters,
        values,
        stdin: tool.stdin ? draft.stdin : '',
        timeoutSeconds: draft.timeoutSeconds,
        projectName: project.name,
      },
    });
  };
  useShortcuts({ 'Ctrl Enter': run });
  return (
    <section aria-labelledby="run-step" className="z-10 grid min-w-0 grid-cols-[minmax(0,1fr)] content-start gap-2 self-start border-t lg:sticky lg:bottom-0 border-line bg-paper py-3">
      <h2 id="run-step" className="step">
        <span aria-hidden="true">3</span> Run
      </h2>
      <Button kind="primary" disabled={missing.length > 0 || starting.busy} aria-describedby="run-note" onClick={run} className="min-h-10">
        {starting.busy ? 'Starting…' : tool ? `Run ${tool.name}${asking ? ' all the same' : ''}` : 'Run'}
      </Button>
      <p id="run-note" className="note name" role="status">
        {missing.length > 0
          ? `Missing: ${missing.join(', ')}.`
          : asking
            ? `${tool?.name} takes none of the ${counted(project?.fileCount ?? 0, 'file')} of this project. Run it anyway?`
            : `On ${visible(project?.name ?? '')}. Shortcut: Ctrl Enter.`}
      </p>
      <QuotaNote turn={starting.busy} />
      {starting.error && <ErrorNote error={starting.error} what="The run could not be started" onRetry={starting.retry} />}
    </section>
  );
}
