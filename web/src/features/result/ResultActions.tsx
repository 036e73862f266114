import { useState } from 'react';
import { announce } from '../../app/announce';
import { rememberedRun, useDraft, type PastRun } from '../../app/draft';
import { navigate } from '../../app/router';
import type { Execution, Tool } from '../../api/types';
import { Button } from '../../ui/Button';
import { copyText } from '../../ui/copyText';
import type { Starting } from '../run/useStarting';
import { checkValues, initialValues, valuesOf } from '../tools/parameterModel';

// Actions after a run: run again, edit and run again, compare, copy a link.
export function ResultActions(props: { execution: Execution; tool: Tool | undefined; starting: Starting }) {
  const { execution, tool, starting } = props;
  const { change } = useDraft();
  const [copied, setCopied] = useState(false);
  const past = rememberedRun(execution.jobId);
  const own = tool ? inputsOf(execution, tool, past) : null;
  const incomplete = execution.stdinBytes != null && execution.stdinBytes > 0 && own?.stdin === '';

  const again = (): void => {
    if (!tool) return;
    starting.start({ toolId: execution.toolId, projectId: execution.projectId, past: own ?? past ?? defaultsOf(tool) });
  };
  const load = (): void => {
    const from = own ?? past ?? (tool ? defaultsOf(tool) : null);
    change({
      projectId: execution.projectId,
      toolId: execution.toolId,
      values: from?.values ?? {},
      stdin: from?.stdin ?? '',
      timeoutSeconds: from?.timeoutSeconds ?? '',
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
        <Button disabled={!tool || starting.busy || incomplete} onClick={again}>
          Run again
        </Button>
        <Button disabled={!tool} onClick={load}>
          Edit and run again
        </Button>
        <Button onClick={() => navigate(`/runs?with=${encodeURIComponent(execution.jobId)}`)}>Compare…</Button>
        <Button onClick={() => void link()}>{copied ? 'Link copied' : 'Copy link'}</Button>
      </div>
      {incomplete && <p className="note">Its standard input was too long to be kept. Use “Edit and run again” and enter it again.</p>}
      {!own && !past && tool && tool.parameters.length > 0 && (
        <p className="note">The parameters of this run were not kept, so running it again uses the tool’s defaults.</p>
      )}
    </div>
  );
}

// The run's own inputs, as the server kept them. Longer standard input may still be in this browser.
function inputsOf(execution: Execution, tool: Tool, past: PastRun | null): PastRun | null {
  const { parameters, stdin, timeoutMs } = execution;
  if (!parameters) return null;
  return {
    parameters,
    values: valuesOf(tool, parameters),
    stdin: stdin ?? past?.stdin ?? '',
    timeoutSeconds: timeoutMs == null ? '' : String(timeoutMs / 1000),
    projectName: execution.projectName ?? '',
  };
}

function defaultsOf(tool: Tool): PastRun {
  const values = initialValues(tool);
  return { parameters: checkValues(tool, values).parameters, values, stdin: '', timeoutSeconds: '', projectName: '' };
}
