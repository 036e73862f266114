// The findings of one or more runs, loaded once each and merged. Runs may be added later.
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { asApiError, isAbort, type ApiError } from '../../api/errors';
import { findingsApi } from '../../api/findings';
import type { Finding } from '../../api/findingTypes';
import { inOrder } from './findingList';
import type { Found } from './place';

export interface RunRef {
  jobId: string;
  toolId: string;
}

export interface FoundList {
  found: Found[];
  loading: boolean;
  error: ApiError | null;
  reload: () => void;
}

export function useFindings(runs: readonly RunRef[]): FoundList {
  const [read, setRead] = useState<ReadonlyMap<string, readonly Finding[]>>(new Map());
  const [done, setDone] = useState<ReadonlySet<string>>(new Set());
  const [error, setError] = useState<ApiError | null>(null);
  const [turn, setTurn] = useState(0);
  const started = useRef(new Set<string>());
  const abort = useRef<AbortController | null>(null);
  const wanted = runs.map(({ jobId }) => jobId).join(' ');

  useEffect(() => {
    const controller = new AbortController();
    abort.current = controller;
    started.current = new Set();
    return () => controller.abort();
  }, [turn]);
  useEffect(() => {
    const signal = abort.current?.signal;
    if (!signal) return;
    for (const { jobId } of runs) {
      if (started.current.has(jobId)) continue;
      started.current.add(jobId);
      void load(jobId, signal, (findings) => setRead((old) => new Map([...old, [jobId, findings]]))).then(
        () => !signal.aborted && setDone((old) => new Set([...old, jobId])),
        (problem: unknown) => {
          if (!signal.aborted && !isAbort(problem)) setError(asApiError(problem));
        },
      );
    }
    // `wanted` identifies the list of runs.
  }, [wanted, turn]);

  const found = useMemo(
    () => inOrder(runs.map(({ jobId, toolId }) => ({ jobId, toolId, findings: read.get(jobId) ?? [] }))),
    [wanted, read],
  );
  const reload = useCallback(() => {
    setError(null);
    setTurn((n) => n + 1);
  }, []);
  return { found, loading: error === null && runs.some(({ jobId }) => !done.has(jobId)), error, reload };
}

// Shows the first page at once, then doubles: merging sorts all of them.
async function load(jobId: string, signal: AbortSignal, show: (findings: readonly Finding[]) => void): Promise<void> {
  let shown = 0;
  const all = await findingsApi.list(jobId, {
    signal,
    onPage: (findings) => {
      if (signal.aborted || findings.length < shown * 2) return;
      shown = findings.length;
      show([...findings]);
    },
  });
  if (!signal.aborted) show(all);
}
