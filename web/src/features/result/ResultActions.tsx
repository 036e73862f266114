import { useState } from 'react';
import { announce } from '../../app/announce';
import { rememberedRun, useDraft } from '../../app/draft';
import { navigate } from '../../app/router';
import type { Execution, Tool } from '../../api/types';
import { Button } from '../../ui/Button';
import { copyText } from '../../ui/copyText';
import type { Starting } from '../run/useStarting';
import { checkValues, initialValues } from '../tools/parameterModel';

// Actions after a run: run again, edit and run again, compare, copy a link.
export function ResultActions(props: { execution: Execution; tool: Tool | undefined; starting: Starting }) {
  const { execution, tool, starting } = props;
  const { change } = useDraft();
  const [copied, setCopied] = useState(false);
  const past = rememberedRun(execution.jobId);

  const again = (): void => {
    if (!tool) return;
    const values = initialValues(tool);
    const otherwise = { parameters: checkValues(tool, values).parameters, values, stdin: '', timeoutSeconds: '', projectName: '' };
    starting.start({ toolId: execution.toolId, projectId: execution.projectId, past: past ?? otherwise });
  };
  const load = (): void => {
    change({
      projectId: execution.projectId,
      toolId: execution.toolId,
      values: past?.values ?? (tool ? initialValues(tool) : {}),
      stdin: past?.stdin ?? '',
      timeoutSeconds: past?.timeoutSeconds ?? '',
    });
    announce('The form now has the parameters of this run');
    requestAnimationFrame(() => {
      const step = document.getElementById('tool-step')?.parentElement;
      step?.scrollIntoView({ block: 'nearest' });
      step?.querySelector<HTMLElement>('[id^="parameter-"], #timeout')?.focus();
    });
  };
  const link = async (): Promise<void> => {
    if (!(await copyText(location.href))) return;
    announce('Link copied');
    setCopied(true);
  };
  return (
    <div className="grid gap-1">
      <div className="flex flex-wrap gap-2">
        <Button disabled={!tool || starting.busy} onClick={again}>
          Run again
        </Button>
        <Button disabled={!tool} onClick={load}>
          Edit and run again
        </Button>
        <Button onClick={() => navigate(`/runs?with=${encodeURIComponent(execution.jobId)}`)}>Compare…</Button>
        <Button onClick={() => void link()}>{copied ? 'Link copied' : 'Copy link'}</Button>
      </div>
      {!past && tool && tool.parameters.length > 0 && (
        <p className="note">This run was started elsewhere, so “Edit and run again” uses the tool’s default parameters.</p>
      )}
    </div>
  );
}
