// Locations in the source, and their addresses on the page: #file=src/a.c&line=3&rule=x
import type { Finding } from '../../api/findingTypes';

// A finding and its run. `id` does not change when others are added; `key` is its position in the
// order.
export interface Found extends Finding {
  id: string;
  key: number;
  jobId: string;
  toolId: string;
}

// The path if it can be a file of a project, otherwise null. The browser resolves `..` in
// addresses, so such a path would lead to another route of the server.
export function projectPath(path: string | null): string | null {
  if (path === null || path === '' || path.length > 4096 || path.includes('\0') || path.includes('\\')) return null;
  return path.split('/').every((part) => part !== '' && part !== '.' && part !== '..') ? path : null;
}

export function addressOf(found: Found): string {
  const fields = new URLSearchParams();
  const path = projectPath(found.path);
  if (path !== null) fields.set('file', path);
  if (found.line !== null) fields.set('line', String(found.line));
  if (found.column !== null) fields.set('column', String(found.column));
  if (found.rule) fields.set('rule', found.rule);
  fields.set('tool', found.toolId);
  if (path === null && found.fingerprint) fields.set('finding', found.fingerprint);
  return `#${fields.toString().replace(/%2F/g, '/')}`;
}

// The finding that matches an address best; null if there is none in that file.
export function foundAt(address: string, all: readonly Found[]): Found | null {
  const fields = new URLSearchParams(address.replace(/^#/, ''));
  const file = fields.get('file');
  const fingerprint = fields.get('finding');
  if (file === null && fingerprint === null) return null;
  const wanted: ((found: Found) => boolean)[] = [
    ({ line }) => line === numberIn(fields, 'line'),
    ({ column }) => column === numberIn(fields, 'column'),
    ({ rule }) => (rule ?? '') === (fields.get('rule') ?? ''),
    ({ toolId }) => toolId === fields.get('tool'),
  ];
  let best: Found | null = null;
  let bestScore = -1;
  for (const found of all) {
    if (file === null ? found.fingerprint !== fingerprint : found.path !== file) continue;
    // The line counts more than all the others together.
    const score = wanted.reduce((sum, fits, i) => sum + (fits(found) ? 1 << (wanted.length - i) : 0), 0);
    if (score > bestScore) [best, bestScore] = [found, score];
  }
  return best;
}

function numberIn(fields: URLSearchParams, name: string): number | null {
  const text = fields.get(name);
  return text !== null && /^\d{1,9}$/.test(text) ? Number(text) : null;
}
