// Messages between a tab and the worker that all tabs share.
import type { ServerEvent } from './eventStream';
import type { Wanted } from './streamHub';

export type ToWorker = ({ kind: 'follow' } & Wanted) | { kind: 'leave' } | { kind: 'here' };

export interface PlainError {
  status: number;
  type: string;
  message: string;
  retryAfterMs: number | null;
}

export type FromWorker =
  | { kind: 'events'; events: ServerEvent[] }
  | { kind: 'open' }
  | { kind: 'lost'; retryAt: number; error: PlainError }
  | { kind: 'ended' }
  | { kind: 'failed'; error: PlainError };

// A tab reports every hereMs that it exists; a tab that was killed stays silent.
export const hereMs = 10_000;
export const goneMs = 60_000;
