import { json } from './client';

export interface Quota {
  // Null: no limit.
  hourly: { limit: number | null; remaining: number | null; nextAt: string | null };
  concurrent: { limit: number | null; used: number };
}

export const quota = (signal?: AbortSignal): Promise<Quota> => json('/api/quota', { signal });
