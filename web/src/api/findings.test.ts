import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { findingsApi, mostFindings } from './findings';

const storage = { getItem: () => null, setItem: () => undefined, removeItem: () => undefined };
const answer = (status: number, body: unknown): Response => new Response(JSON.stringify(body), { status });
let asked: string[] = [];
function serve(answers: (path: string) => Response): void {
  vi.stubGlobal('fetch', (path: string) => {
    asked.push(path);
    return Promise.resolve(answers(path));
  });
}
beforeEach(() => {
  asked = [];
  vi.stubGlobal('sessionStorage', storage);
  vi.stubGlobal('localStorage', storage);
});
afterEach(() => vi.unstubAllGlobals());
const signal = new AbortController().signal;
const refused = (status: number, field?: string): Response =>
  answer(status, { error: { type: 'X', message: 'no', ...(field ? { details: { field } } : {}) } });

describe('the list of findings', () => {
  it('is read page by page and reported after each', async () => {
    serve((path) => (path.includes('cursor=c1') ? answer(200, { findings: [{ message: 'b' }], nextCursor: null }) : answer(200, { findings: [{ message: 'a' }], nextCursor: 'c1' })));
    const sizes: number[] = [];
    const all = await findingsApi.list('job/1', { signal, onPage: (found) => sizes.push(found.length) });
    expect(all.map(({ message }) => message)).toEqual(['a', 'b']);
    expect(sizes).toEqual([1, 2]);
    expect(asked[0]).toBe('/api/jobs/job%2F1/findings?limit=1000');
  });
  it('is requested in smaller pages if the server refuses large ones', async () => {
    serve((path) => (path.includes('limit=1000') ? refused(400, 'limit') : answer(200, { findings: [{ message: 'a' }], nextCursor: null })));
    expect((await findingsApi.list('j', { signal })).length).toBe(1);
    expect(asked.length).toBe(2);
  });
  it('is empty where the server has no such route, and fails otherwise', async () => {
    serve(() => refused(404));
    expect(await findingsApi.list('j', { signal })).toEqual([]);
    serve(() => refused(400, 'limit'));
    await expect(findingsApi.list('j', { signal })).rejects.toThrow('no');
    expect(asked.length).toBeLessThan(5);
  });
  it('ends at the bound, and at an empty page, whatever the server sends', async () => {
    serve(() => answer(200, { findings: Array.from({ length: 1000 }, () => ({ message: 'x' })), nextCursor: 'again' }));
    expect((await findingsApi.list('j', { signal })).length).toBe(mostFindings);
    serve(() => answer(200, { findings: [], nextCursor: 'again' }));
    expect(await findingsApi.list('j', { signal })).toEqual([]);
  });
  it('of check-ups is empty on a server without them', async () => {
    serve(() => refused(404));
    expect(await findingsApi.checkups()).toEqual([]);
  });
});
