import { describe, expect, it } from 'vitest';
import type { Execution, Tool } from '../api/types';
import { downloadName, visible } from './names';
import { explain, outcomeWord, toneOf } from './outcome';
import { ago, bytes, counted, duration } from './quantities';

const run = (fields: Partial<Execution>): Execution =>
  ({ status: 'failed', reason: null, exitCode: null, signal: null, durationMs: 0, usage: { cpuMs: 0, peakMemoryBytes: 0, peakProcesses: 0 }, ...fields }) as Execution;

describe('quantities', () => {
  it('reads as people say it', () => {
    expect([0, 1, 1023, 1024, 1536, 104857600].map(bytes)).toEqual(['0 bytes', '1 byte', '1023 bytes', '1 KiB', '1.5 KiB', '100 MiB']);
    expect([0, 999, 1000, 9949, 9960, 59_400, 59_600, 61_000, 3_600_000, 5_460_000, 86_400_000, 180_000_000].map(duration)).toEqual([
      '0 ms', '999 ms', '1.0 s', '9.9 s', '10 s', '59 s', '1 min', '1 min 1 s', '1 h', '1 h 31 min', '24 h', '2 d 2 h',
    ]);
    expect([counted(1, 'line'), counted(12345, 'line')]).toEqual(['1 line', '12,345 lines']);
    expect(ago('2026-01-01T00:00:00Z', Date.parse('2026-01-01T00:05:00Z'))).toBe('5 min ago');
  });
});

describe('explain', () => {
  it('gives the server’s words, as a sentence, and what to do', () => {
    const text = explain(run({ reason: 'memory', message: 'stopped at the memory limit: 512 MiB allowed, 512 MiB seen' }));
    expect(text).toContain('Stopped at the memory limit: 512 MiB allowed, 512 MiB seen.');
    expect(text).toContain('raise the limit');
  });
  it('names limit, value and what was seen where the server has no words', () => {
    const tool = { timeoutMs: 60_000, limits: { memoryBytes: 1 << 20, processes: 4, diskBytes: 1024 } } as Tool;
    expect(explain(run({ status: 'timeout', reason: 'wall-time', durationMs: 60_100 }), tool)).toContain('limit of 1 min: it ran for 1 min');
    expect(explain(run({ reason: 'memory', usage: { peakMemoryBytes: 1 << 20 } as Execution['usage'] }), tool)).toContain('limit of 1 MiB: 1 MiB seen');
    for (const reason of ['signal', 'cpu-time', 'processes', 'disk', 'policy', 'cancelled', 'server-restarted', 'something-new']) {
      expect(explain(run({ reason }), tool).length).toBeGreaterThan(10);
    }
  });
  it('tells a tool’s verdict from a limit by its tone', () => {
    const tones = ['exit-code', 'memory'].map((reason) => toneOf({ status: 'failed', reason, verdict: null }));
    expect(tones).toEqual(['bad', 'warn']);
  });
});

describe('verdicts', () => {
  const ended = (fields: Partial<Execution>): Execution => run({ status: 'completed', verdict: null, ...fields });
  it('says what a tool found rather than that it ended', () => {
    const verdicts = ['clean', 'findings', 'nothing-to-do', null] as const;
    expect(verdicts.map((verdict) => outcomeWord(ended({ verdict })))).toEqual(['Clean', 'Findings', 'Nothing to do', 'Completed']);
    expect(verdicts.map((verdict) => toneOf(ended({ verdict })))).toEqual(['good', 'warn', 'neutral', 'good']);
  });
  it('keeps failed for failures', () => {
    const error = run({ reason: 'exit-code', exitCode: 2, verdict: 'error', message: 'exited with code 2' });
    expect([outcomeWord(error), toneOf(error)]).toEqual(['Failed', 'bad']);
    expect(explain(error)).toBe('Exited with code 2. The tool failed; see the output for the reason.');
    expect(outcomeWord(run({ status: 'running', verdict: null }))).toBe('Running');
  });
  it('explains a verdict, and what could not be kept', () => {
    const found = ended({ verdict: 'findings', exitCode: 1, message: 'exited with code 1; 2 files were not stored' });
    expect(explain(found)).toBe('The tool found problems; see the output. 2 files were not stored.');
    expect(explain(ended({ verdict: 'nothing-to-do', message: 'exited with code 3' }))).toBe('The project has no input for this tool.');
  });
});

describe('names', () => {
  it('shows what cannot be seen', () => {
    expect(visible('a\u202ecod.exe\n')).toBe('a⟨U+202E⟩cod.exe⟨U+000A⟩');
    expect(visible('Grüße 日本.txt')).toBe('Grüße 日本.txt');
  });
  it('makes one plain component for a download', () => {
    expect([downloadName('a/b "c"\n.txt'), downloadName('')]).toEqual(['b _c__.txt', 'file']);
  });
});
