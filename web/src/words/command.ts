// A run as commands for a shell: the program of this project, and curl.
import type { Execution, ParameterValue } from '../api/types';

// What a shell takes as one word, whatever is in it.
export function quoted(word: string): string {
  if (/^[A-Za-z0-9_@%+=:,./-]+$/.test(word)) return word;
  return `'${word.replaceAll("'", `'\\''`)}'`;
}

export interface Origin {
  url: string; // of the server, without a slash at its end
  keyed: boolean; // whether it asks for an API key
}

export type RunOrigin = Pick<Execution, 'toolId' | 'projectId' | 'projectName' | 'parameters' | 'timeoutMs' | 'stdin' | 'stdinBytes'>;

// The project's folder is on the user's machine, so only its name is known.
export function commandLine(run: RunOrigin, origin: Origin): string {
  const words = ['glovebox', 'run', quoted(run.toolId), quoted(`./${run.projectName || 'PROJECT'}`)];
  for (const [name, value] of Object.entries(run.parameters ?? {})) words.push('-p', quoted(`${name}=${String(value)}`));
  if (run.timeoutMs) words.push('--timeout', `${run.timeoutMs}ms`);
  words.push('--server', quoted(origin.url));
  if (origin.keyed) words.push('--key-file', 'KEY_FILE');
  return withInput(words.join(' '), run);
}

function withInput(command: string, { stdin, stdinBytes }: RunOrigin): string {
  if (!stdinBytes) return command;
  return stdin == null ? `${command} < INPUT` : `printf %s ${quoted(stdin)} | ${command}`;
}

// The request itself, for a project that is still stored.
export function curlCommand(run: RunOrigin, origin: Origin): string {
  const body = {
    toolId: run.toolId,
    projectId: run.projectId,
    parameters: run.parameters ?? {},
    ...(run.timeoutMs ? { timeoutMs: run.timeoutMs } : {}),
    ...(run.stdinBytes ? { stdin: run.stdin ?? '' } : {}),
  };
  const key = origin.keyed ? ['-H', '"Authorization: Bearer $GLOVEBOX_API_KEY"'] : [];
  return ['curl', '-sS', quoted(`${origin.url}/api/execute`), ...key, '-H', quoted('Content-Type: application/json'), '-d', quoted(JSON.stringify(body))].join(' ');
}

export const argvText = (argv: readonly string[]): string => argv.map(quoted).join(' ');

export const parameterText = (value: ParameterValue): string => (typeof value === 'string' ? value : String(value));

// "level=high, count=3": what distinguishes one run of a tool from another in a list.
export function parametersInShort(parameters: Record<string, ParameterValue> | null | undefined): string {
  return Object.entries(parameters ?? {})
    .map(([name, value]) => `${name}=${parameterText(value)}`)
    .join(', ');
}
