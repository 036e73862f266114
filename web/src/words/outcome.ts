// The state of a job in words: what happened, which limit, its value and the observed value.
import type { Execution, JobStatus, Tool, Verdict } from '../api/types';
import { severityText } from './findings';
import { bytes, counted, duration } from './quantities';

export const statusWord: Record<JobStatus, string> = {
  queued: 'Waiting',
  running: 'Running',
  completed: 'Completed',
  failed: 'Failed',
  timeout: 'Timed out',
  cancelled: 'Cancelled',
};

const verdictWord: Record<Exclude<Verdict, 'error'>, string> = {
  clean: 'Clean',
  findings: 'Findings',
  'nothing-to-do': 'Nothing to do',
};

// What the tool found, otherwise the status: "Failed" is for failures.
export function outcomeWord(execution: Pick<Execution, 'status' | 'verdict' | 'findings'>): string {
  const { status, verdict, findings } = execution;
  if (status === 'completed' && verdict !== 'error' && findings && findings.total > 0) return counted(findings.total, 'finding');
  return status === 'completed' && verdict && verdict !== 'error' ? verdictWord[verdict] : statusWord[status];
}

export type Tone = 'neutral' | 'busy' | 'good' | 'bad' | 'warn';

export function toneOf(execution: Pick<Execution, 'status' | 'reason' | 'verdict' | 'findings'>): Tone {
  switch (execution.status) {
    case 'queued':
      return 'neutral';
    case 'running':
      return 'busy';
    case 'completed':
      if (execution.verdict === 'findings' || (execution.findings?.total ?? 0) > 0) return 'warn';
      return execution.verdict === 'nothing-to-do' ? 'neutral' : 'good';
    case 'timeout':
      return 'warn';
    case 'cancelled':
      return 'neutral';
    case 'failed':
      return execution.reason === 'exit-code' || execution.reason === 'signal' ? 'bad' : 'warn';
  }
}

const sentence = (text: string): string => {
  const trimmed = text.trim();
  const capital = trimmed.charAt(0).toUpperCase() + trimmed.slice(1);
  return /[.!?]$/.test(capital) ? capital : `${capital}.`;
};

// One or two sentences below the status. The server's `message` has the limit and the observed value.
export function explain(execution: Execution, tool?: Tool): string {
  if (execution.status === 'queued') return 'Waiting for a free slot.';
  if (execution.status === 'running') return 'The tool is running.';
  const words =
    verdictWords(execution) ?? (execution.message ? sentence(execution.message) : ownWords(execution, tool));
  const advice = adviceFor(execution);
  return advice === '' ? words : `${words} ${advice}`;
}

// The message contains an exit code then, and may end with what was not stored.
function verdictWords(execution: Execution): string | null {
  if (execution.status !== 'completed') return null;
  const more = execution.message?.split('; ').slice(1).map(sentence).join(' ') ?? '';
  const words = (text: string): string => (more === '' ? text : `${text} ${more}`);
  switch (execution.verdict) {
    case 'clean':
      return words('The tool found no problems.');
    case 'findings':
      if (execution.findings && execution.findings.total > 0) return words(`The tool found ${severityText(execution.findings)}.`);
      return words('The tool found problems; see the output.');
    case 'nothing-to-do':
      return words('The project has no input for this tool.');
    default:
      return null;
  }
}

function ownWords(execution: Execution, tool?: Tool): string {
  const limits = tool?.limits;
  const seen = execution.usage;
  switch (execution.reason) {
    case null:
      return 'The tool ended with exit code 0.';
    case 'exit-code':
      return `The tool ended with exit code ${execution.exitCode}.`;
    case 'signal':
      return `The tool was ended by signal ${execution.signal ?? 'unknown'}.`;
    case 'wall-time':
      return `Stopped at the time limit${tool ? ` of ${duration(tool.timeoutMs)}` : ''}: it ran for ${duration(execution.durationMs)}.`;
    case 'cpu-time':
      return `Stopped at the CPU time limit: it used ${duration(seen.cpuMs)}.`;
    case 'memory':
      return `Stopped at the memory limit${limits ? ` of ${bytes(limits.memoryBytes)}` : ''}: ${bytes(seen.peakMemoryBytes)} seen.`;
    case 'processes':
      return `Stopped at the process limit${limits ? ` of ${limits.processes}` : ''}: ${counted(seen.peakProcesses, 'process', 'processes')} seen.`;
    case 'disk':
      return `Stopped at the disk limit${limits ? ` of ${bytes(limits.diskBytes)}` : ''}.`;
    case 'policy':
      return 'Stopped: the tool tried a forbidden operation.';
    case 'cancelled':
      return 'Stopped on request.';
    case 'server-restarted':
      return 'The server was lost during the run.';
    default:
      return `Ended: ${execution.reason}.`;
  }
}

function adviceFor({ reason, verdict }: Execution): string {
  switch (reason) {
    case 'exit-code':
      if (verdict === 'error') return 'The tool failed; see the output for the reason.';
      return 'See the output for the reason.';
    case 'wall-time':
    case 'cpu-time':
      return 'Try a smaller project or fewer checks.';
    case 'memory':
    case 'processes':
    case 'disk':
      return 'Try a smaller project, or ask the operator to raise the limit of this tool.';
    case 'server-restarted':
      return 'Run it again.';
    default:
      return '';
  }
}
