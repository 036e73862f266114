import { isFinal, type Tool } from '../../api/types';
import { Badge } from '../../ui/Badge';
import { explain, outcomeWord, toneOf } from '../../words/outcome';
import { clock } from '../../words/quantities';
import { imageWords } from '../../words/image';
import { visible } from '../../words/names';
import type { RunState } from './runState';
import { rememberedRun } from '../../app/draft';

// The status with its reason: which limit, its value, the observed value.
export function RunHeading({ state, tool }: { state: RunState; tool: Tool | undefined }) {
  const { execution, status } = state;
  const project = execution?.projectName ?? (execution && rememberedRun(execution.jobId)?.projectName);
  const name = tool?.name ?? execution?.toolId ?? 'Run';
  return (
    <header className="grid gap-1">
      <h1 className="flex flex-wrap items-center gap-x-3 gap-y-1 text-xl font-semibold">
        {name}
        {project && <span className="name font-normal text-muted">on {visible(project)}</span>}
        {status && <Badge tone={toneOf({ reason: null, verdict: null, ...execution, status })}>{outcomeWord({ verdict: null, ...execution, status })}</Badge>}
      </h1>
      {execution && (
        <p data-testid="explanation" className={status !== null && isFinal(status) ? '' : 'text-muted'}>
          {execution.status === status || status === null ? visible(explain(execution, tool)) : ''}
          {execution.exitCode !== null && execution.reason !== 'exit-code' && execution.status !== 'completed' && (
            <> Exit code {execution.exitCode}.</>
          )}
        </p>
      )}
      {execution && (
        <p className="note">
          Submitted {clock(execution.createdAt)}
          {execution.exitCode !== null && <> · exit code {execution.exitCode}</>}
          {execution.signal && <> · signal {execution.signal}</>}
          {state.attempt > 1 && <> · run {state.attempt}, because the server lost the one before</>}
          {execution.image && <span className="name" title={execution.image.digest}> · image {imageWords(execution.image)}</span>}
        </p>
      )}
      {!execution && state.problem === null && <p className="note">Loading the run…</p>}
    </header>
  );
}
