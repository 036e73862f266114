// The links that the user has made to runs and check-ups.
import { json, pathSegment, request } from './client';

export interface Share {
  shareId: string;
  jobId: string | null;
  checkupId: string | null;
  createdAt: string;
  expiresAt: string;
}

const ofSubject = (subject: string): string => `/api/${subject.startsWith('chk_') ? 'checkups' : 'jobs'}/${pathSegment(subject)}/share`;

export const sharesApi = {
  create: (subject: string, expiresInMs: number): Promise<Share & { token: string }> =>
    json(ofSubject(subject), { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ expiresInMs }) }),
  list: async (subject: string, signal?: AbortSignal): Promise<Share[]> => (await json<{ shares: Share[] }>(ofSubject(subject), { signal })).shares,
  revoke: (shareId: string): Promise<Response> => request(`/api/shares/${pathSegment(shareId)}`, { method: 'DELETE' }),
};
