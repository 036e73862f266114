// Follows a job until its end, over any number of connections. Each event is delivered once and in order:
// after a broken connection it resumes after the last received event.
//
// fetch instead of EventSource, which can neither send a key nor report the reason of a refusal.
import { authorization } from './client';
import { ApiError, asApiError, errorOfAnswer, isAbort, unreachable } from './errors';
import { EventStreamParser, type ServerEvent } from './eventStream';
import { keyGiven, wantKey } from './key';

export interface FollowHandlers {
  event(event: ServerEvent): void;
  // The stream is open, or lost until `retryAt` (a Date.now() time).
  connection(state: { open: true } | { open: false; retryAt: number; error: ApiError }): void;
}

export interface FollowOptions {
  after?: string;
  signal: AbortSignal;
  // For a worker, which has no key: throws a 401, so that a page can ask for a key.
  authorization?: Record<string, string>;
  fetch?: typeof fetch;
  wait?: (ms: number, signal: AbortSignal) => Promise<void>;
}

// The server sends something every 15 s; a connection that is silent this long is dead.
const silenceMs = 40_000;
const firstBackOffMs = 500;
const longestBackOffMs = 15_000;

export const backOffMs = (failures: number): number =>
  Math.min(longestBackOffMs, firstBackOffMs * 2 ** Math.max(0, failures - 1));

// Returns at the job's end; throws an ApiError if a retry is useless (no such job).
export async function followJob(jobId: string, handlers: FollowHandlers, options: FollowOptions): Promise<void> {
  const wait = options.wait ?? waitFor;
  let last = options.after ?? '';
  let failures = 0;
  while (!options.signal.aborted) {
    try {
      const ended = await readOnce(jobId, last, options, (event) => {
        failures = 0;
        last = event.id;
        handlers.event(event);
      }, () => handlers.connection({ open: true }));
      if (ended) return;
      throw unreachable();
    } catch (problem) {
      if (options.signal.aborted) return;
      const error = asApiError(isAbort(problem) ? unreachable() : problem);
      if (error.status === 401 && !options.authorization) {
        wantKey();
        await keyGiven();
        continue;
      }
      if (!error.passes && error.status < 500) throw error;
      failures += 1;
      const ms = Math.max(backOffMs(failures), error.status === 429 ? (error.retryAfterMs ?? 0) : 0);
      handlers.connection({ open: false, retryAt: Date.now() + ms, error });
      await wait(ms, options.signal);
    }
  }
}

// One connection; true if the end was received.
async function readOnce(
  jobId: string,
  after: string,
  options: FollowOptions,
  tell: (event: ServerEvent) => void,
  opened: () => void,
): Promise<boolean> {
  const connection = new AbortController();
  const stop = (): void => connection.abort();
  options.signal.addEventListener('abort', stop, { once: true });
  let silence = setTimeout(stop, silenceMs);
  try {
    const headers: Record<string, string> = { Accept: 'text/event-stream', ...(options.authorization ?? authorization()) };
    if (after !== '') headers['Last-Event-ID'] = after;
    const ask = options.fetch ?? fetch;
    const response = await ask(`/api/stream/${encodeURIComponent(jobId)}`, {
      headers,
      cache: 'no-store',
      signal: connection.signal,
    });
    if (response.status === 204) return true;
    if (!response.ok || !response.body) {
      throw errorOfAnswer(response.status, await response.text(), response.headers.get('Retry-After'));
    }
    opened();
    const parser = new EventStreamParser();
    const decoder = new TextDecoder();
    const reader = response.body.getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return false;
      clearTimeout(silence);
      silence = setTimeout(stop, silenceMs);
      for (const event of parser.push(decoder.decode(value, { stream: true }))) {
        tell(event);
        if (event.event === 'complete') return true;
      }
    }
  } finally {
    clearTimeout(silence);
    connection.abort();
    options.signal.removeEventListener('abort', stop);
  }
}

// Ends early when the machine is online again, or the person comes back to the page.
function waitFor(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      removeEventListener('online', done);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    addEventListener('online', done);
    signal.addEventListener('abort', done);
  });
}
