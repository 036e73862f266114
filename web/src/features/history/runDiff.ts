// How two runs differ in what they were started with and in the files that they left.
import type { Execution, ProjectFile } from '../../api/types';
import { imageWords } from '../../words/image';
import { parameterText } from '../../words/command';
import { duration } from '../../words/quantities';

export interface Pair {
  name: string;
  left: string | null; // null: the run has none
  right: string | null;
}

// Every input of either run, those that differ first. Empty: neither run's were kept.
export function inputPairs(left: Execution, right: Execution): Pair[] {
  if (!left.parameters && !right.parameters) return [];
  const of = (run: Execution): Map<string, string> => {
    const rows = new Map<string, string>([['Tool', run.toolId]]);
    if (run.projectName) rows.set('Project', run.projectName);
    if (run.toolVersion) rows.set('Tool version', run.toolVersion);
    if (run.image) rows.set('Image', imageWords(run.image));
    for (const [name, value] of Object.entries(run.parameters ?? {})) rows.set(`Parameter ${name}`, parameterText(value));
    if (run.timeoutMs != null) rows.set('Time limit', duration(run.timeoutMs));
    if (run.stdinBytes) rows.set('Standard input', run.stdin ?? `${run.stdinBytes} bytes, not kept`);
    return rows;
  };
  return pairs(of(left), of(right));
}

// Only the files that differ: by their size, or that only one run left.
export function artifactPairs(left: readonly ProjectFile[], right: readonly ProjectFile[]): Pair[] {
  const of = (files: readonly ProjectFile[]): Map<string, string> => new Map(files.map((file) => [file.path, String(file.sizeBytes)]));
  return pairs(of(left), of(right)).filter((pair) => pair.left !== pair.right);
}

function pairs(left: Map<string, string>, right: Map<string, string>): Pair[] {
  const names = [...new Set([...left.keys(), ...right.keys()])];
  const all = names.map((name) => ({ name, left: left.get(name) ?? null, right: right.get(name) ?? null }));
  const differ = (pair: Pair): boolean => pair.left !== pair.right;
  return [...all.filter(differ), ...all.filter((pair) => !differ(pair))];
}
