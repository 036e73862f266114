// The comparison of two runs by their findings.
import type { Change, Finding } from '../../api/findingTypes';
import type { Execution } from '../../api/types';

export const changes: readonly Change[] = ['new', 'fixed', 'unchanged'];

// Two runs of one tool that both have a list of findings, even an empty one.
export const comparable = (left: Execution, right: Execution): boolean =>
  left.toolId === right.toolId && left.jobId !== right.jobId && Boolean(left.findings) && Boolean(right.findings);

// Regardless of the side: "new" means new in the later run.
export function laterOf(left: Execution, right: Execution): { later: Execution; earlier: Execution } {
  return Date.parse(left.createdAt) > Date.parse(right.createdAt) ? { later: left, earlier: right } : { later: right, earlier: left };
}

export function byChange(findings: readonly Finding[]): Record<Change, Finding[]> {
  const groups: Record<Change, Finding[]> = { new: [], fixed: [], unchanged: [] };
  for (const finding of findings) if (finding.change !== undefined && changes.includes(finding.change)) groups[finding.change].push(finding);
  return groups;
}
