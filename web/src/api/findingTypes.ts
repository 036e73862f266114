// Findings and check-ups as the server sends them; see docs/http-api.md.
import type { Execution, Verdict } from './types';

export type Severity = 'error' | 'warning' | 'note';
export const severities: readonly Severity[] = ['error', 'warning', 'note'];

export interface SourcePlace {
  path: string | null; // in the project
  line: number | null; // lines and columns count from 1
  column: number | null;
  endLine: number | null;
  endColumn: number | null;
}

export interface RelatedPlace extends SourcePlace {
  message: string;
}

export type Change = 'new' | 'fixed' | 'unchanged';

export interface Finding extends SourcePlace {
  severity: Severity;
  rule: string | null;
  message: string;
  fingerprint: string | null;
  outputLine: number | null;
  related?: RelatedPlace[];
  helpUri?: string | null; // the rule's help
  change?: Change; // only in a comparison of two runs
}

export interface FindingCounts {
  total: number;
  error: number;
  warning: number;
  note: number;
  truncated: boolean;
}

export interface FindingsPage {
  findings: Finding[];
  nextCursor: string | null;
}

// The `findings` event of a running job.
export interface FindingsEvent {
  total: number;
  error: number;
  warning: number;
  note: number;
  latest: Finding[];
}

export type CheckupStatus = 'running' | 'completed' | 'cancelled';

export interface Checkup {
  checkupId: string;
  projectId: string;
  status: CheckupStatus;
  verdict: Verdict | null;
  findings?: FindingCounts | null;
  jobs: Execution[];
  createdAt: string;
  finishedAt: string | null;
}

export const reportFormats = ['sarif', 'checkstyle', 'junit', 'gitlab', 'github'] as const;
export type ReportFormat = (typeof reportFormats)[number];
