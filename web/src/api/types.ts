// The server's responses; see docs/http-api.md.
import type { FindingCounts } from './findingTypes';

export type ToolStatus = 'available' | 'unavailable' | 'in-development' | 'coming-soon';
export type ParameterType = 'string' | 'integer' | 'number' | 'boolean' | 'enum';
export type ParameterValue = string | number | boolean;

export interface Parameter {
  name: string;
  title: string;
  description: string;
  type: ParameterType;
  default: ParameterValue | null;
  required: boolean;
  values?: string[];
  minimum?: number;
  maximum?: number;
  pattern?: string;
}

export interface Example {
  name: string;
  title: string;
  description: string;
  fileCount: number;
}

export interface ToolLimits {
  memoryBytes: number;
  cpus: number;
  processes: number;
  diskBytes: number;
  outputLines: number;
  outputBytes: number;
}

export interface Tool {
  id: string;
  name: string;
  description: string;
  category: string;
  status: ToolStatus;
  statusReason?: string;
  version: string;
  inputs: string[];
  stdin: boolean;
  timeoutMs: number;
  limits: ToolLimits;
  parameters: Parameter[];
  examples: Example[];
  // Takes part in "check everything".
  checkup?: boolean;
  // Its output is read for findings; `url` is the help of a rule and contains {rule}.
  findings?: { url?: string | null } | null;
  // The image that it runs in; without a digest while it is not available.
  image?: { name: string; ref: string | null; digest: string | null } | null;
}

export interface ProjectFile {
  path: string;
  sizeBytes: number;
}

// A symbolic link of the project. The server never follows it.
export interface ProjectLink {
  path: string;
  target: string;
}

export interface ToolSuit {
  toolId: string;
  files: number;
}

// What the import left out or changed.
export interface ProjectWarning {
  path: string;
  message: string;
}

export interface Project {
  projectId: string;
  name: string;
  // The single top folder that was removed, or "".
  root: string;
  fileCount: number;
  totalBytes: number;
  sha256: string;
  createdAt: string;
  expiresAt: string;
  suits: ToolSuit[];
  // The first hundred of warningCount.
  warnings: ProjectWarning[];
  warningCount: number;
  files?: ProjectFile[];
  links?: ProjectLink[];
}

export type JobStatus = 'queued' | 'running' | 'completed' | 'failed' | 'timeout' | 'cancelled';
export const jobStatuses: readonly JobStatus[] = [
  'queued',
  'running',
  'completed',
  'failed',
  'timeout',
  'cancelled',
];

// What the exit code says about the project, as the tool's manifest declares it.
export type Verdict = 'clean' | 'findings' | 'nothing-to-do' | 'error';

export interface Usage {
  cpuMs: number;
  userMs: number;
  systemMs: number;
  peakMemoryBytes: number;
  peakProcesses: number;
}

export interface Execution {
  jobId: string;
  toolId: string;
  projectId: string;
  status: JobStatus;
  exitCode: number | null;
  signal: string | null;
  verdict: Verdict | null;
  // Absent or null: the tool's output is not read for findings.
  findings?: FindingCounts | null;
  reason: string | null;
  message?: string | null;
  outputTruncated: boolean;
  outputLines: number;
  outputBytes: number;
  createdAt: string;
  startedAt: string | null;
  finishedAt: string | null;
  queuedMs: number;
  durationMs: number;
  usage: Usage;
  artifacts: ProjectFile[];
  isolation: string[];
  // More than 1: earlier runs were lost. Absent from an older server.
  attempt?: number;
  // The image that the tool ran in; null: the server's own /usr.
  image?: { ref: string; digest: string } | null;
  // What it was started with. Null or absent: an older version accepted it.
  projectName?: string | null;
  toolVersion?: string | null;
  // With the tool's defaults.
  parameters?: Record<string, ParameterValue> | null;
  command?: string[] | null;
  timeoutMs?: number | null;
  // Null, with a size: it was too long to be kept.
  stdin?: string | null;
  stdinBytes?: number | null;
  output?: string[];
}

export interface Accepted {
  jobId: string;
  status: JobStatus;
  position: number;
  estimatedWaitMs: number;
}

export interface QueueStatus {
  position: number;
  pending: number;
  running: number;
  concurrency: number;
  capacity: number;
  estimatedWaitMs: number;
}

export interface MissingLayer {
  layer: string;
  why: string;
  remedy: string;
}

export interface Health {
  status: string;
  version: string;
  uptimeMs: number;
  isolation: { tier: string; layers: string[]; missing: MissingLayer[] };
  limits?: ServerLimits;
}

export interface ServerLimits {
  uploadBytes: number;
  unpackedBytes: number;
  fileBytes: number;
  archiveEntries: number;
  archiveRatio: number;
  hourlyPerClient: number;
  concurrentPerClient: number;
}

export interface StatusEvent {
  status: JobStatus;
  position: number;
  estimatedWaitMs: number;
  // Greater than before: the run was lost, and the output follows from its beginning.
  attempt?: number;
}

export type OutputStream = 'stdout' | 'stderr';
export interface OutputEvent {
  seq: number;
  stream: OutputStream;
  text: string;
}

export const isFinal = (status: JobStatus): boolean => status !== 'queued' && status !== 'running';
