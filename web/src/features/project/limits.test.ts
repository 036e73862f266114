import { describe, expect, it } from 'vitest';
import { countEntries, limitsInWords, refusal } from './limits';

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
