// Follows a job as followJob does, with two additions. All tabs that follow the same job share one
// connection, if the browser has shared workers. A hidden tab has no connection; it continues after
// its last event when it is visible again.
import { authorization } from './client';
import { ApiError, isAbort } from './errors';
import type { ServerEvent } from './eventStream';
import { followJob, type FollowHandlers } from './followJob';
import { apiKey, keyGiven, wantKey } from './key';
import { isShared } from './share';
import { hereMs, type FromWorker, type ToWorker } from './streamMessages';

export async function followShared(jobId: string, handlers: FollowHandlers, { signal }: { signal: AbortSignal }): Promise<void> {
  let after = '';
  const told: FollowHandlers = {
    event: (event: ServerEvent) => {
      after = event.id;
      handlers.event(event);
    },
    connection: handlers.connection,
  };
  while (!signal.aborted) {
    await untilVisible(signal);
    if (signal.aborted) return;
    const turn = new AbortController();
    const key = apiKey();
    const end = (): void => turn.abort();
    const hide = (): void => {
      if (document.visibilityState === 'hidden') end();
    };
    signal.addEventListener('abort', end);
    document.addEventListener('visibilitychange', hide);
    addEventListener('pagehide', end);
    try {
      if (isShared()) {
        await followJob(jobId, told, { after, signal: turn.signal, authorization: authorization() });
        if (!turn.signal.aborted) return;
        continue;
      }
      const follow = typeof SharedWorker === 'undefined' ? followJob : followByWorker;
      await follow(jobId, told, { after, signal: turn.signal });
      if (!turn.signal.aborted) return;
    } catch (problem) {
      if (turn.signal.aborted || isAbort(problem)) continue;
      if (!(problem instanceof ApiError) || problem.status !== 401 || isShared()) throw problem;
      // If a key was entered meanwhile, the refusal was for the previous one.
      if (apiKey() !== key) continue;
      wantKey();
      await keyGiven();
    } finally {
      signal.removeEventListener('abort', end);
      document.removeEventListener('visibilitychange', hide);
      removeEventListener('pagehide', end);
    }
  }
}

function untilVisible(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const look = (): void => {
      if (document.visibilityState === 'hidden' && !signal.aborted) return;
      document.removeEventListener('visibilitychange', look);
      removeEventListener('pageshow', look);
      signal.removeEventListener('abort', look);
      resolve();
    };
    document.addEventListener('visibilitychange', look);
    addEventListener('pageshow', look);
    signal.addEventListener('abort', look);
    look();
  });
}

function followByWorker(jobId: string, handlers: FollowHandlers, options: { after: string; signal: AbortSignal }): Promise<void> {
  const worker = new SharedWorker(new URL('./streamWorker.ts', import.meta.url), { type: 'module', name: 'glovebox-streams' });
  const { port } = worker;
  const tell = (message: ToWorker): void => port.postMessage(message);
  const here = setInterval(() => tell({ kind: 'here' }), hereMs);
  return new Promise<void>((resolve, reject) => {
    const stop = (): void => resolve();
    options.signal.addEventListener('abort', stop);
    worker.onerror = () => reject(new ApiError({ status: -1, type: 'ConsoleError', message: 'The worker that follows runs did not start. Reload the page.' }));
    port.onmessage = ({ data }: MessageEvent<FromWorker>) => {
      if (options.signal.aborted) return;
      if (data.kind === 'events') data.events.forEach(handlers.event);
      else if (data.kind === 'open') handlers.connection({ open: true });
      else if (data.kind === 'lost') handlers.connection({ open: false, retryAt: data.retryAt, error: new ApiError(data.error) });
      else if (data.kind === 'ended') resolve();
      else reject(new ApiError(data.error));
    };
    port.start();
    tell({ kind: 'follow', jobId, after: options.after, key: apiKey() });
  }).finally(() => {
    clearInterval(here);
    tell({ kind: 'leave' });
  });
}
