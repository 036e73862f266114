// A failed or unexpected response, or none. `message` is the server's text.
export class ApiError extends Error {
  readonly status: number;
  readonly type: string;
  readonly details: Record<string, unknown>;
  // When to retry, if the server said so.
  readonly retryAfterMs: number | null;

  constructor(fields: {
    status: number;
    type: string;
    message: string;
    details?: Record<string, unknown>;
    retryAfterMs?: number | null;
  }) {
    super(fields.message);
    this.name = 'ApiError';
    this.status = fields.status;
    this.type = fields.type;
    this.details = fields.details ?? {};
    this.retryAfterMs = fields.retryAfterMs ?? null;
  }

  // A retry of the same request may succeed.
  get passes(): boolean {
    return this.status === 429 || this.status === 503 || this.status === 0;
  }
}

export const unreachable = (): ApiError =>
  new ApiError({
    status: 0,
    type: 'Unreachable',
    message: 'The server did not answer. Check that it runs and that this machine is online.',
    retryAfterMs: 5000,
  });

export function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'AbortError';
}

export function asApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  if (error instanceof TypeError) return unreachable();
  const message = error instanceof Error ? error.message : String(error);
  return new ApiError({ status: -1, type: 'ConsoleError', message });
}

// Retry-After in seconds or as a date.
export function retryAfterMs(header: string | null, now = Date.now()): number | null {
  if (header === null || header.trim() === '') return null;
  const seconds = Number(header);
  if (Number.isFinite(seconds)) return Math.max(0, seconds * 1000);
  const date = Date.parse(header);
  return Number.isNaN(date) ? null : Math.max(0, date - now);
}

// The server's error format, or whatever a proxy in between has sent.
export function errorOfAnswer(status: number, body: string, retryAfter: string | null): ApiError {
  const wait = retryAfterMs(retryAfter);
  try {
    const { error } = JSON.parse(body) as {
      error: { type: string; message: string; details?: Record<string, unknown> };
    };
    return new ApiError({
      status,
      type: String(error.type),
      message: String(error.message),
      details: error.details ?? {},
      retryAfterMs: wait,
    });
  } catch {
    const message = `The answer has status ${status} and does not come from Glovebox. Check the proxy in between.`;
    return new ApiError({ status, type: 'UnknownError', message, retryAfterMs: wait });
  }
}
