import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { argvText, commandLine, curlCommand, parametersInShort, quoted, type RunOrigin } from './command';

const run: RunOrigin = {
  toolId: 'cppcheck',
  projectId: 'prj_1',
  projectName: "it's $HOME",
  parameters: { level: 'high', count: 3, loud: true },
  timeoutMs: 1500,
  stdin: '',
  stdinBytes: 0,
};

// What a real shell makes of the words.
const split = (text: string): string[] => execFileSync('sh', ['-c', `for word in ${text}; do printf '%s\\0' "$word"; done`], { encoding: 'utf8' }).split('\0').slice(0, -1);

test('a shell reads the words that were meant', () => {
  for (const word of ["it's", '$HOME `id` "x"', '', ' ', 'a\nb', '*', '-p', '\\', '~', 'ä‮'])
    expect(split(quoted(word))).toEqual([word]);
  expect(split(argvText(['sh', '-c', `echo "$1"; rm -rf 'x'`]))).toEqual(['sh', '-c', `echo "$1"; rm -rf 'x'`]);
});

test('a run is a command line of glovebox', () => {
  const line = commandLine(run, { url: 'http://here:8080', keyed: false });
  expect(split(line)).toEqual(['glovebox', 'run', 'cppcheck', "./it's $HOME", '-p', 'level=high', '-p', 'count=3', '-p', 'loud=true', '--timeout', '1500ms', '--server', 'http://here:8080']);
  expect(commandLine({ ...run, stdin: "a'b", stdinBytes: 3 }, { url: 'http://h', keyed: true })).toMatch(/^printf %s 'a'\\''b' \| glovebox run .* --key-file KEY_FILE$/);
  expect(commandLine({ ...run, stdin: null, stdinBytes: 99999 }, { url: 'http://h', keyed: false })).toMatch(/ < INPUT$/);
});

test('a run is a request of curl', () => {
  const words = split(curlCommand(run, { url: 'http://here:8080', keyed: false }));
  expect(words.slice(0, 3)).toEqual(['curl', '-sS', 'http://here:8080/api/execute']);
  expect(JSON.parse(words.at(-1) ?? '')).toEqual({ toolId: 'cppcheck', projectId: 'prj_1', parameters: run.parameters, timeoutMs: 1500 });
  expect(curlCommand(run, { url: 'http://h', keyed: true })).toContain('-H "Authorization: Bearer $GLOVEBOX_API_KEY"');
});

test('parameters in short', () => {
  expect(parametersInShort(run.parameters)).toBe('level=high, count=3, loud=true');
  expect(parametersInShort(null)).toBe('');
});
