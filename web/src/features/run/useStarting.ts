// Starts runs. A failed start can be repeated with the same key, so that it runs once.
import { useCallback, useRef, useState } from 'react';
import { rememberRun, type PastRun } from '../../app/draft';
import { navigate, runPath } from '../../app/router';
import { api } from '../../api/client';
import { asApiError, type ApiError } from '../../api/errors';

export interface Start {
  toolId: string;
  projectId: string;
  past: PastRun;
}

export interface Starting {
  busy: boolean;
  error: ApiError | null;
  start: (what: Start) => void;
  retry: () => void;
}

export function useStarting(): Starting {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<ApiError | null>(null);
  const last = useRef<{ what: Start; key: string } | null>(null);

  const send = useCallback(async () => {
    if (!last.current) return;
    const { what, key } = last.current;
    setBusy(true);
    setError(null);
    try {
      const { past } = what;
      const fields = {
        toolId: what.toolId,
        projectId: what.projectId,
        parameters: past.parameters,
        ...(past.stdin !== '' ? { stdin: past.stdin } : {}),
        ...(past.timeoutSeconds.trim() !== '' ? { timeoutMs: Math.round(Number(past.timeoutSeconds) * 1000) } : {}),
      };
      const accepted = await api.execute(fields, key);
      rememberRun(accepted.jobId, past);
      navigate(runPath(accepted.jobId));
    } catch (problem) {
      setError(asApiError(problem));
    } finally {
      setBusy(false);
    }
  }, []);

  const start = useCallback(
    (what: Start) => {
      last.current = { what, key: newKey() };
      void send();
    },
    [send],
  );
  return { busy, error, start, retry: () => void send() };
}

export function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
