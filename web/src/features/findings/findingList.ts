// Findings in the order of the page: folders first, then files, then lines. Findings of several
// tools at the same location are next to each other.
import { severities, type Finding, type Severity } from '../../api/findingTypes';
import { projectPath, type Found } from './place';

export interface Filter {
  severity: Severity | '';
  rule: string;
  toolId: string;
  text: string;
}
export const noFilter: Filter = { severity: '', rule: '', toolId: '', text: '' };
export const isFiltered = (filter: Filter): boolean => Object.values(filter).some((value) => value !== '');

export interface RunFindings {
  jobId: string;
  toolId: string;
  findings: readonly Finding[];
}

export function inOrder(runs: readonly RunFindings[]): Found[] {
  const all: Found[] = runs.flatMap(({ jobId, toolId, findings }) =>
    findings.map((finding, i) => ({ ...finding, path: projectPath(finding.path), id: `${jobId}:${i}`, key: 0, jobId, toolId })),
  );
  const places = new Map(all.map(({ path }) => [path, path === null ? null : sortKey(path)]));
  all.sort(
    (a, b) =>
      byText(places.get(a.path) ?? null, places.get(b.path) ?? null) ||
      (a.line ?? 0) - (b.line ?? 0) ||
      (a.column ?? 0) - (b.column ?? 0) ||
      severities.indexOf(a.severity) - severities.indexOf(b.severity) ||
      byText(a.toolId, b.toolId) ||
      byText(a.rule ?? '', b.rule ?? ''),
  );
  all.forEach((found, i) => (found.key = i));
  return all;
}

// A folder sorts before the files next to it. Findings without a file come last.
function sortKey(path: string): string {
  const parts = path.split('/');
  return parts.map((part, i) => (i < parts.length - 1 ? `\u0001${part}` : `\u0002${part}`)).join('\u0000');
}

function byText(a: string | null, b: string | null): number {
  if (a === b) return 0;
  if (a === null) return 1;
  if (b === null) return -1;
  return a < b ? -1 : 1;
}

export function filtered(all: readonly Found[], filter: Filter): Found[] {
  const words = filter.text.toLowerCase().split(/\s+/).filter(Boolean);
  return all.filter((found) => {
    if (filter.severity !== '' && found.severity !== filter.severity) return false;
    if (filter.rule !== '' && (found.rule ?? '') !== filter.rule) return false;
    if (filter.toolId !== '' && found.toolId !== filter.toolId) return false;
    if (words.length === 0) return true;
    const text = `${found.path ?? ''} ${found.rule ?? ''} ${found.message}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

// The rules with the number of their findings, most first.
export function rulesOf(all: readonly Found[]): [string, number][] {
  const counts = new Map<string, number>();
  for (const { rule } of all) if (rule) counts.set(rule, (counts.get(rule) ?? 0) + 1);
  return [...counts].sort(([a, n], [b, m]) => m - n || byText(a, b));
}

export function filesIn(all: readonly Found[]): number {
  return new Set(all.map(({ path }) => path).filter((path) => path !== null)).size;
}

// The next or previous finding of a filtered list. Without a current one the first or the last; at
// an end it wraps around.
export function neighbour(list: readonly Found[], current: Found | null, step: 1 | -1): Found | null {
  if (list.length === 0) return null;
  if (current === null) return (step === 1 ? list[0] : list[list.length - 1]) ?? null;
  // The list is in the order of the keys; the current one may be filtered out.
  let at = lowerBound(list, current.key);
  if (step === -1) at -= 1;
  else if (list[at]?.key === current.key) at += 1;
  return list[(at + list.length) % list.length] ?? null;
}

function lowerBound(list: readonly Found[], key: number): number {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((list[middle]?.key ?? 0) < key) low = middle + 1;
    else high = middle;
  }
  return low;
}
