import { describe, expect, it } from 'vitest';
import type { ServerLimits } from '../../api/types';
import { countEntries, limitsInWords, partsOf, refusal, without } from './limits';

const limits = {
  uploadBytes: 1024,
  unpackedBytes: 4096,
  fileBytes: 2048,
  archiveEntries: 4,
  archiveRatio: 100,
  hourlyPerClient: 20,
  concurrentPerClient: 5,
};
const folder = (...files: [string, number][]) => ({
  name: 'f',
  totalBytes: files.reduce((sum, [, size]) => sum + size, 0),
  files: files.map(([path, sizeBytes]) => ({ path, sizeBytes })),
});

describe('limits', () => {
  it('are shown before anything is tried', () => {
    expect(limitsInWords(limits)).toBe('Up to 1 KiB packed, 4 KiB unpacked, 4 entries, 2 KiB per file.');
  });

  it('are exact at their bounds', () => {
    expect(refusal({ name: 'a.zip', totalBytes: 1024, files: null }, limits)).toBeNull();
    expect(refusal(folder(['a', 2048], ['b/c', 2048], ['d', 0]), limits)).toBeNull();
  });

  it('name the limit, the observed value and what to do', () => {
    const archive = refusal({ name: 'a.zip', totalBytes: 1025, files: null }, limits);
    expect(archive).toContain('the limit is 1 KiB');
    expect(archive).toContain('Leave out');
    expect(refusal(folder(['a/b/c', 1], ['d', 1], ['e', 1]), limits)).toContain('5 entries');
    expect(refusal(folder(['big', 2049]), limits)).toContain('big is');
    expect(refusal(folder(['a', 2000], ['b', 2000], ['c', 2000]), limits)).toContain('in total');
    expect(refusal(folder(), limits)).toContain('no files');
    expect(refusal({ name: 'a.zip', totalBytes: 0, files: null }, limits)).toContain('empty');
  });

  it('count folders once', () => expect(countEntries(['a/b/c', 'a/b/d', 'a/e', 'f'])).toBe(6));
});

describe('a folder over a limit', () => {
  const of = (sizes: Record<string, number>) => ({
    name: 'f',
    leftOut: ['.git'],
    files: Object.entries(sizes).map(([path, size]) => ({ path, file: { size } as File })),
  });
  const allowed = { fileBytes: 100 } as ServerLimits;

  it('has parts that can be left out: files over their limit first, then the largest', () => {
    const folder = of({ 'src/a.c': 10, 'src/big.bin': 500, 'data/1': 90, 'data/2': 90, 'README': 5 });
    expect(partsOf(folder, allowed).map(({ path, files, tooLarge }) => [path, files, tooLarge])).toEqual([
      ['src/big.bin', 1, true],
      ['data/', 2, false],
      ['src/', 1, false],
      ['README', 1, false],
    ]);
  });

  it('is without the parts that were ticked, and names them', () => {
    const left = without(of({ 'data/1': 1, 'database/2': 1, 'big.bin': 9 }), ['data/', 'big.bin']);
    expect(left.files.map(({ path }) => path)).toEqual(['database/2']);
    expect(left.leftOut).toEqual(['.git', 'big.bin', 'data/']);
  });
});
