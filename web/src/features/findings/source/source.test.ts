import { describe, expect, it } from 'vitest';
import type { Finding } from '../../../api/findingTypes';
import { inOrder } from '../findingList';
import { rowsInView } from '../useVirtualRows';
import { foundLines, rangeIn, scrollMarks } from './foundLines';
import { hasLanguage, languageOf, suffixOf } from './language';

const found = (...all: Partial<Finding>[]) =>
  inOrder([{ jobId: 'j', toolId: 't', findings: all.map((fields) => ({ path: 'a.c', line: 1, column: null, endLine: null, endColumn: null, severity: 'warning' as const, rule: null, message: 'm', fingerprint: null, outputLine: null, ...fields })) }]);

describe('the findings of a file', () => {
  it('are grouped by line, with the worst severity, on a line that is there', () => {
    const lines = foundLines(found({ line: 3, severity: 'note' }, { line: 3, severity: 'error' }, { line: null }, { line: 999 }, { line: -5 }), 10);
    expect(lines.map(({ line, severity, found: all }) => [line, severity, all.length])).toEqual([[1, 'warning', 2], [3, 'error', 2], [10, 'warning', 1]]);
    expect(foundLines(found({ line: 7 }), 0)[0]?.line).toBe(1);
  });
  it('mean a part of the line', () => {
    const at = (fields: object) => rangeIn('  free(ptr_1);', { line: 1, column: 3, endLine: null, endColumn: null, ...fields });
    expect(at({})).toEqual({ from: 2, to: 6 });
    expect(at({ column: 8 })).toEqual({ from: 7, to: 12 });
    expect(at({ column: 7 })).toEqual({ from: 6, to: 7 });
    expect(at({ endColumn: 5 })).toEqual({ from: 2, to: 4 });
    expect(at({ endLine: 4, endColumn: 1 })).toEqual({ from: 2, to: 14 });
    expect(at({ endColumn: 1e9 })).toEqual({ from: 2, to: 14 });
    expect([at({ column: null }), at({ column: 0 }), at({ column: 99 })]).toEqual([null, null, null]);
  });
  it('have one mark for each part of the height', () => {
    const lines = foundLines(found({ line: 1, severity: 'note' }, { line: 2, severity: 'error' }, { line: 100 }), 100);
    expect(scrollMarks(lines, (line) => (line - 1) / 100, 10)).toEqual([{ slot: 0, severity: 'error', line: 2 }, { slot: 9, severity: 'warning', line: 100 }]);
    expect(scrollMarks(lines, () => 7, 10).length).toBe(1);
  });
});

describe('the colours', () => {
  it('are chosen by the name of the file', async () => {
    expect(['a/B.CC', 'x/CMakeLists.txt', 'Dockerfile', 'a.tar.gz', 'README', '.c'].map(suffixOf)).toEqual(['cc', 'cmake', 'dockerfile', 'gz', '', 'c']);
    expect([hasLanguage('a.py'), hasLanguage('a.constructor'), hasLanguage('__proto__')]).toEqual([true, false, false]);
    for (const path of ['a.py', 'a.tsx', 'a.h', 'a.rs', 'a.html', 'a.yml']) expect(await languageOf(path), path).not.toEqual([]);
    expect(await languageOf('a.unknown')).toEqual([]);
  });
});

describe('rows on the screen', () => {
  it('are few, whatever the number of all', () => {
    const { first, end } = rowsInView(350_000, 700, 25_000, 28);
    expect([first, end]).toEqual([12_484, 12_549]);
    expect(rowsInView(0, 700, 0, 28)).toEqual({ first: 0, end: 0 });
    // The list became shorter while it was scrolled to its end.
    expect(rowsInView(700_000, 700, 10, 28).end).toBe(10);
  });
});
