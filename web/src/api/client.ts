// The routes of the server that the console uses, with their types.
import { ApiError, errorOfAnswer, unreachable, isAbort } from './errors';
import { apiKey, keyGiven, wantKey } from './key';
import { isShared, shareToken } from './share';
import type {
  Accepted,
  Execution,
  Health,
  JobStatus,
  ParameterValue,
  Project,
  QueueStatus,
  Tool,
} from './types';

export interface RequestOptions {
  method?: string;
  headers?: Record<string, string>;
  body?: BodyInit;
  signal?: AbortSignal | undefined;
}

export function authorization(): Record<string, string> {
  const share = shareToken();
  if (share !== null) return { 'X-Glovebox-Share': share };
  const key = apiKey();
  return key === null ? {} : { Authorization: `Bearer ${key}` };
}

// Returns a successful response; throws for anything else. After a 401, waits until the user has entered a
// key, and retries.
export async function request(path: string, options: RequestOptions = {}): Promise<Response> {
  for (;;) {
    const response = await ask(path, options);
    if (response.ok) return response;
    if (response.status === 401 && !isShared()) {
      wantKey();
      await keyGiven();
      continue;
    }
    throw errorOfAnswer(response.status, await response.text(), response.headers.get('Retry-After'));
  }
}

async function ask(path: string, options: RequestOptions): Promise<Response> {
  const init: RequestInit = {
    method: options.method ?? 'GET',
    headers: { ...authorization(), ...options.headers },
    cache: 'no-store',
    ...(options.body !== undefined ? { body: options.body } : {}),
    ...(options.signal ? { signal: options.signal } : {}),
  };
  try {
    return await fetch(path, init);
  } catch (error) {
    if (isAbort(error)) throw error;
    throw unreachable();
  }
}

export async function json<T>(path: string, options?: RequestOptions): Promise<T> {
  const response = await request(path, options);
  return (await response.json()) as T;
}

const segment = encodeURIComponent;
export const pathSegment = segment;
export const pathSegments = (path: string): string => path.split('/').map(segment).join('/');

export interface ExecuteFields {
  toolId: string;
  projectId: string;
  parameters: Record<string, ParameterValue>;
  stdin?: string;
  timeoutMs?: number;
}

export interface HistoryQuery {
  limit?: number;
  cursor?: string;
  status?: JobStatus;
  toolId?: string;
}

export const api = {
  // A link opens a run, and not the server's tools.
  tools: async (signal?: AbortSignal): Promise<Tool[]> =>
    isShared() ? [] : (await json<{ tools: Tool[] }>('/api/tools', { signal })).tools,

  makeExample: (toolId: string, name: string): Promise<Project> =>
    json(`/api/examples/${segment(toolId)}/${segment(name)}`, { method: 'POST' }),

  project: (projectId: string, signal?: AbortSignal): Promise<Project> =>
    json(`/api/projects/${segment(projectId)}`, { signal }),

  removeProject: (projectId: string): Promise<Response> =>
    request(`/api/projects/${segment(projectId)}`, { method: 'DELETE' }),

  projectFilePath: (projectId: string, path: string): string =>
    `/api/projects/${segment(projectId)}/files/${pathSegments(path)}`,

  // With a generated key, so that a retry after a lost response never runs the job twice.
  execute: (fields: ExecuteFields, idempotencyKey: string): Promise<Accepted> =>
    json('/api/execute', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'Idempotency-Key': idempotencyKey },
      body: JSON.stringify({ ...fields, stream: true }),
    }),

  job: (jobId: string, signal?: AbortSignal): Promise<Execution> =>
    json(`/api/jobs/${segment(jobId)}?output=false`, { signal }),

  jobWithOutput: (jobId: string, signal?: AbortSignal): Promise<Execution> =>
    json(`/api/jobs/${segment(jobId)}`, { signal }),

  jobs: (query: HistoryQuery, signal?: AbortSignal): Promise<{ jobs: Execution[]; nextCursor: string | null }> => {
    const fields = Object.entries(query).filter(([, value]) => value !== undefined && value !== '');
    const text = new URLSearchParams(fields.map(([name, value]) => [name, String(value)]));
    return json(`/api/jobs?${text.toString()}`, { signal });
  },

  cancel: (jobId: string): Promise<Execution> =>
    json(`/api/jobs/${segment(jobId)}/cancel`, { method: 'POST' }),

  outputPath: (jobId: string): string => `/api/jobs/${segment(jobId)}/output`,
  artifactPath: (jobId: string, path: string): string =>
    `/api/jobs/${segment(jobId)}/artifacts/${pathSegments(path)}`,
  artifactsPath: (jobId: string): string => `/api/jobs/${segment(jobId)}/artifacts`,

  queue: (jobId?: string, signal?: AbortSignal): Promise<QueueStatus> =>
    json(`/api/queue/status${jobId ? `?jobId=${segment(jobId)}` : ''}`, { signal }),

  health: (signal?: AbortSignal): Promise<Health> => json('/api/health', { signal }),
};

// At most `limit` bytes of a file, and whether there are more.
export async function readBytes(
  path: string,
  limit: number,
  signal?: AbortSignal,
): Promise<{ bytes: Uint8Array<ArrayBuffer>; more: boolean }> {
  const response = await request(path, { signal });
  const reader = response.body?.getReader();
  if (!reader) throw new ApiError({ status: -1, type: 'ConsoleError', message: 'The answer had no body.' });
  const pieces: Uint8Array[] = [];
  let size = 0;
  let more = false;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    pieces.push(value);
    size += value.length;
    if (size > limit) {
      more = true;
      await reader.cancel();
      break;
    }
  }
  const bytes = new Uint8Array(Math.min(size, limit));
  let at = 0;
  for (const piece of pieces) {
    const part = piece.subarray(0, bytes.length - at);
    bytes.set(part, at);
    at += part.length;
  }
  return { bytes, more };
}

// Saves a response as a file. Not a plain link, which cannot send the API key.
export async function download(path: string, name: string): Promise<void> {
  const response = await request(path);
  const url = URL.createObjectURL(await response.blob());
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
