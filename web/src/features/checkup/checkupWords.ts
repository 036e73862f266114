// A check-up in words.
import type { Checkup } from '../../api/findingTypes';
import type { Tone } from '../../words/outcome';
import { counted } from '../../words/quantities';
import { failedJobs, totalOf } from './checkupState';

// "Running", "Clean", "37 findings", "2 tools failed".
export function checkupWord(checkup: Checkup): string {
  if (checkup.status === 'running') return 'Running';
  if (checkup.status === 'cancelled') return 'Cancelled';
  const failed = failedJobs(checkup).length;
  const total = totalOf(checkup);
  const found = total > 0 ? counted(total, 'finding') : '';
  if (failed > 0) return `${found === '' ? '' : `${found}, `}${counted(failed, 'tool')} failed`;
  if (found !== '') return found;
  if (checkup.verdict === 'findings') return 'Findings';
  return checkup.verdict === 'nothing-to-do' ? 'Nothing to do' : 'Clean';
}

export function checkupTone(checkup: Checkup): Tone {
  if (checkup.status === 'running') return 'busy';
  if (checkup.status === 'cancelled') return 'neutral';
  if (failedJobs(checkup).length > 0) return 'bad';
  if (totalOf(checkup) > 0 || checkup.verdict === 'findings') return 'warn';
  return checkup.verdict === 'nothing-to-do' ? 'neutral' : 'good';
}
