import { expect, test } from 'vitest';
import type { Execution } from '../../api/types';
import { inOrder } from './ComparePage';
import { artifactPairs, inputPairs } from './runDiff';

const run = (fields: Partial<Execution>): Execution => ({ jobId: 'job_1', toolId: 'shell', createdAt: '2026-01-01T00:00:00.000Z', image: null, ...fields }) as Execution;

test('the older run is on the left, in whichever order they are named', () => {
  const older = run({ jobId: 'job_2' });
  const newer = run({ createdAt: '2026-01-01T00:00:00.001Z' });
  for (const two of [[older, newer], [newer, older]] as const) expect(inOrder(two)).toEqual({ left: older, right: newer });
  const same = [run({ jobId: 'job_2' }), run({ jobId: 'job_1' })] as const;
  expect(inOrder(same).left.jobId).toBe('job_1');
});

test('inputs that differ come first', () => {
  const left = run({ projectName: 'a', toolVersion: '1', parameters: { level: 'low', old: 1 }, stdinBytes: 0 });
  const right = run({ projectName: 'a', toolVersion: '2', parameters: { level: 'high' }, stdinBytes: 2, stdin: 'hi' });
  expect(inputPairs(left, right)).toEqual([
    { name: 'Tool version', left: '1', right: '2' },
    { name: 'Parameter level', left: 'low', right: 'high' },
    { name: 'Parameter old', left: '1', right: null },
    { name: 'Standard input', left: null, right: 'hi' },
    { name: 'Tool', left: 'shell', right: 'shell' },
    { name: 'Project', left: 'a', right: 'a' },
  ]);
  expect(inputPairs(run({ parameters: null }), run({}))).toEqual([]);
});

test('files that differ', () => {
  const file = (path: string, sizeBytes: number) => ({ path, sizeBytes });
  expect(artifactPairs([file('a', 1), file('b', 2), file('c', 3)], [file('b', 2), file('c', 4), file('d', 5)])).toEqual([
    { name: 'a', left: '1', right: null },
    { name: 'c', left: '3', right: '4' },
    { name: 'd', left: null, right: '5' },
  ]);
});
