// The next run: project, tool, parameters. Stored for the tab, so that a reload loses nothing. The inputs of
// each started run are stored too, to edit them and run again.
import { createContext, useCallback, useContext, useEffect, useMemo, useState, type ReactNode } from 'react';
import type { ParameterValue } from '../api/types';
import { readStored, writeStored } from '../ui/storage';

// Values of the form's fields: text, or whether a box is checked.
export type FormValues = Record<string, string | boolean>;

export interface Draft {
  projectId: string | null;
  toolId: string | null;
  values: FormValues;
  stdin: string;
  timeoutSeconds: string;
}

export interface PastRun {
  parameters: Record<string, ParameterValue>;
  values: FormValues;
  stdin: string;
  timeoutSeconds: string;
  projectName: string;
}

const empty: Draft = { projectId: null, toolId: null, values: {}, stdin: '', timeoutSeconds: '' };
const draftName = 'glovebox.draft';
const runsName = 'glovebox.runs';
const mostRuns = 200;
const mostStdinKept = 64 * 1024;

interface DraftContext {
  draft: Draft;
  change: (fields: Partial<Draft>) => void;
}
const Context = createContext<DraftContext | null>(null);

export function DraftProvider({ children }: { children: ReactNode }) {
  const [draft, setDraft] = useState<Draft>(() => ({ ...empty, ...readStored(sessionStorage, draftName, empty) }));
  useEffect(() => writeStored(sessionStorage, draftName, draft), [draft]);
  const change = useCallback((fields: Partial<Draft>) => setDraft((old) => ({ ...old, ...fields })), []);
  const value = useMemo(() => ({ draft, change }), [draft, change]);
  return <Context.Provider value={value}>{children}</Context.Provider>;
}

export function useDraft(): DraftContext {
  const context = useContext(Context);
  if (!context) throw new Error('no DraftProvider');
  return context;
}

export function rememberRun(jobId: string, run: PastRun): void {
  const runs = readStored<[string, PastRun][]>(localStorage, runsName, []);
  const kept = { ...run, stdin: run.stdin.length > mostStdinKept ? '' : run.stdin };
  writeStored(localStorage, runsName, [[jobId, kept], ...runs].slice(0, mostRuns));
}

export function rememberedRun(jobId: string): PastRun | null {
  const runs = readStored<[string, PastRun][]>(localStorage, runsName, []);
  return runs.find(([id]) => id === jobId)?.[1] ?? null;
}
