import { describe, expect, it } from 'vitest';
import { placesIn } from './outputPlaces';

const files = new Set(['src/a.c', 'b.py', 'odd-name.ts']);
const found = (text: string): string[] =>
  placesIn(text, (path) => files.has(path)).map(({ start, end, path, line, column }) => `${text.slice(start, end)} = ${path} ${line} ${column}`);

describe('places in output', () => {
  it('are files of the project, as compilers and linters write them', () => {
    expect(found('src/a.c:12:3: error: x')).toEqual(['src/a.c:12:3 = src/a.c 12 3']);
    expect(found('./src/a.c:12: x; /work/b.py:7:1')).toEqual(['./src/a.c:12 = src/a.c 12 null', '/work/b.py:7:1 = b.py 7 1']);
    expect(found('odd-name.ts(4,9): error TS1: x')).toEqual(['odd-name.ts(4,9) = odd-name.ts 4 9']);
    expect(found('  File "/work/b.py", line 31, in f')).toEqual(['/work/b.py", line 31 = b.py 31 null']);
    expect(found('== b.py ==')).toEqual(['b.py = b.py null null']);
    expect(found('(in src/a.c:5)')).toEqual(['src/a.c:5 = src/a.c 5 null']);
    expect(found('src/a.c: In function f')).toEqual(['src/a.c = src/a.c null null']);
  });
  it('are nothing else', () => {
    for (const text of ['../src/a.c:1', '/etc/passwd:1', 'src/../b.py', 'https://x/b.py:1', 'javascript:alert(1)', 'src/a.cc:1', '12:30:01', ''])
      expect(found(text)).toEqual([]);
    expect(found('src/a.c:99999999999: x')).toEqual(['src/a.c = src/a.c null null']);
  });
  it('are bounded, and found in linear time', () => {
    expect(found('b.py '.repeat(1000)).length).toBe(20);
    const began = performance.now();
    found('a:'.repeat(1_000_000));
    found('a('.repeat(1_000_000));
    expect(performance.now() - began).toBeLessThan(1000);
  });
});
