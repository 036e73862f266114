import { beforeEach, describe, expect, it, vi } from 'vitest';
import { ApiError } from './errors';
import { backOffMs, followJob } from './followJob';

const storage = { getItem: () => null, setItem: () => undefined, removeItem: () => undefined };
beforeEach(() => {
  vi.stubGlobal('sessionStorage', storage);
  vi.stubGlobal('localStorage', storage);
});

const stream = (text: string): Response => new Response(text, { status: 200 });
const event = (id: string, name: string): string => `id: ${id}\nevent: ${name}\ndata: {}\n\n`;

// Follows over connections with the given responses, one after the other.
async function follow(answers: (Response | Error)[]) {
  const asked: (string | null)[] = [];
  const told: string[] = [];
  const waits: number[] = [];
  const ask = (_url: unknown, init?: RequestInit): Promise<Response> => {
    asked.push(new Headers(init?.headers).get('Last-Event-ID'));
    const answer = answers.shift();
    if (!answer) throw new Error('asked too often');
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
  };
  const done = followJob(
    'job_1',
    { event: ({ id, event: name }) => told.push(`${id} ${name}`), connection: () => undefined },
    {
      signal: new AbortController().signal,
      fetch: ask as typeof fetch,
      wait: (ms) => {
        waits.push(ms);
        return Promise.resolve();
      },
    },
  );
  let failure: unknown = null;
  await done.catch((error: unknown) => (failure = error));
  return { asked, told, waits, failure };
}

describe('followJob', () => {
  it('continues after the last event when a connection breaks', async () => {
    const { asked, told, failure } = await follow([
      stream(event('0', 'status') + event('3', 'output') + 'id: 4\nevent: output\ndata: {'),
      new TypeError('network'),
      stream(event('4', 'output') + event('end', 'complete')),
    ]);
    expect(failure).toBeNull();
    expect(asked).toEqual([null, '3', '3']);
    expect(told).toEqual(['0 status', '3 output', '4 output', 'end complete']);
  });

  it('waits longer each time, and is quick again after an event', async () => {
    const broken = () => new TypeError('network');
    const { waits } = await follow([broken(), broken(), broken(), stream(event('1', 'output')), stream(event('end', 'complete'))]);
    expect(waits).toEqual([500, 1000, 2000, 500]);
    expect(backOffMs(100)).toBe(15_000);
  });

  it('ends if the server says that the end was sent before', async () => {
    const { told, failure } = await follow([new Response(null, { status: 204 })]);
    expect([told, failure]).toEqual([[], null]);
  });

  it('waits as long as a server with too many streams says', async () => {
    const refusal = new Response('{"error":{"type":"RateLimitError","message":"m"}}', { status: 429, headers: { 'Retry-After': '7' } });
    const { waits } = await follow([refusal, stream(event('end', 'complete'))]);
    expect(waits).toEqual([7000]);
  });

  it('gives up if there is no such job', async () => {
    const { failure } = await follow([new Response('{"error":{"type":"NotFoundError","message":"gone"}}', { status: 404 })]);
    expect(failure).toBeInstanceOf(ApiError);
    expect((failure as ApiError).message).toBe('gone');
  });
});
