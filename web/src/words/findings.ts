// Texts for findings.
import type { Change, FindingCounts, Severity } from '../api/findingTypes';
import type { Tone } from './outcome';
import { counted } from './quantities';

export const severityWord: Record<Severity, string> = { error: 'Error', warning: 'Warning', note: 'Note' };
export const severityTone: Record<Severity, Tone> = { error: 'bad', warning: 'warn', note: 'busy' };
export const changeWord: Record<Change, string> = { new: 'New', fixed: 'Fixed', unchanged: 'Unchanged' };

// "clean", "37 findings in 9 files".
export function verdictText(findings: number, files: number): string {
  if (findings === 0) return 'clean';
  return `${counted(findings, 'finding')}${files > 0 ? ` in ${counted(files, 'file')}` : ''}`;
}

// "3 errors, 1 warning"; "" without any.
export function severityText(counts: Pick<FindingCounts, Severity>): string {
  const parts = (['error', 'warning', 'note'] as const).filter((one) => counts[one] > 0).map((one) => counted(counts[one], one));
  return parts.join(', ');
}
