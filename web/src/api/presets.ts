// Check-ups that the operator has fixed.
import { json, pathSegment } from './client';
import type { Checkup } from './findingTypes';
import type { ParameterValue } from './types';

export interface Preset {
  name: string;
  title: string;
  // Paragraphs, divided by empty lines.
  text: string;
  toolIds: string[];
  parameters: Record<string, Record<string, ParameterValue>>;
  limits: { timeoutMs: number | null; projectBytes: number | null; projectFiles: number | null };
}

export const presetsApi = {
  preset: (name: string, signal?: AbortSignal): Promise<Preset> => json(`/api/presets/${pathSegment(name)}`, { signal }),
  // With a generated key, so that a retry after a lost response never runs it twice.
  run: (name: string, projectId: string, idempotencyKey: string): Promise<Checkup> =>
    json(`/api/presets/${pathSegment(name)}/run`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'Idempotency-Key': idempotencyKey },
      body: JSON.stringify({ projectId }),
    }),
};
