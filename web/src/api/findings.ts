// The routes of findings and check-ups.
import { json, pathSegment, request } from './client';
import { ApiError, asApiError } from './errors';
import type { Checkup, Finding, FindingsPage, ReportFormat } from './findingTypes';

// The server stores at most this many per run; a server that sends more is not followed further.
export const mostFindings = 25_000;
// A server that refuses the first page size is asked with the second.
const pageSizes = [1000, 200] as const;

interface ListQuery {
  against?: string;
  signal: AbortSignal;
  // What has been read so far, after each page.
  onPage?: (findings: readonly Finding[]) => void;
}

const jobPath = (jobId: string): string => `/api/jobs/${pathSegment(jobId)}`;
const checkupPath = (checkupId: string): string => `/api/checkups/${pathSegment(checkupId)}`;

// All findings of a run; [] for a server or a run without any (404).
async function listFindings(jobId: string, query: ListQuery): Promise<Finding[]> {
  const found: Finding[] = [];
  let size: number = pageSizes[0];
  let cursor: string | null = null;
  do {
    const fields = new URLSearchParams({ limit: String(size) });
    if (cursor !== null) fields.set('cursor', cursor);
    if (query.against !== undefined) fields.set('against', query.against);
    let page: FindingsPage;
    try {
      page = await json<FindingsPage>(`${jobPath(jobId)}/findings?${fields.toString()}`, { signal: query.signal });
    } catch (problem) {
      const error = asApiError(problem);
      if (error.status === 404 && found.length === 0) return [];
      if (size === pageSizes[0] && error.status === 400 && error.details['field'] === 'limit') {
        size = pageSizes[1];
        continue;
      }
      throw problem;
    }
    // A comparison also lists findings that were fixed.
    const room = mostFindings * (query.against === undefined ? 1 : 2) - found.length;
    found.push(...page.findings.slice(0, room));
    query.onPage?.(found);
    if (page.findings.length > room || page.findings.length === 0) break;
    cursor = page.nextCursor ?? null;
  } while (cursor !== null || found.length === 0);
  return found;
}

export const findingsApi = {
  list: listFindings,

  // Both have the same formats.
  jobReportPath: (jobId: string, format: ReportFormat): string => `${jobPath(jobId)}/report?format=${format}`,
  checkupReportPath: (checkupId: string, format: ReportFormat): string =>
    `${checkupPath(checkupId)}/report?format=${format}`,

  // With a generated key, so that a retry after a lost response starts no second check-up.
  startCheckup: (projectId: string, idempotencyKey: string): Promise<Checkup> =>
    json('/api/checkups', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'Idempotency-Key': idempotencyKey },
      body: JSON.stringify({ projectId }),
    }),

  checkup: (checkupId: string, signal?: AbortSignal): Promise<Checkup> => json(checkupPath(checkupId), { signal }),

  // [] for a server that has no check-ups.
  checkups: async (signal?: AbortSignal): Promise<Checkup[]> => {
    try {
      return (await json<{ checkups: Checkup[] }>('/api/checkups', { signal })).checkups ?? [];
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) return [];
      throw error;
    }
  },

  cancelCheckup: (checkupId: string): Promise<Response> => request(`${checkupPath(checkupId)}/cancel`, { method: 'POST' }),
};
