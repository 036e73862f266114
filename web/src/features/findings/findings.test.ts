import { describe, expect, it } from 'vitest';
import type { Finding } from '../../api/findingTypes';
import { verdictText, severityText } from '../../words/findings';
import { filesIn, filtered, inOrder, neighbour, noFilter, rulesOf } from './findingList';
import { addressOf, foundAt, projectPath } from './place';
import { ruleHelp, safeLink } from './ruleHelp';
import { revealed, rowsOf } from './treeRows';

const finding = (fields: Partial<Finding>): Finding => ({
  path: 'src/a.c', line: 1, column: 1, endLine: null, endColumn: null, severity: 'warning', rule: 'r', message: 'm', fingerprint: null, outputLine: 1, ...fields,
});
const run = (toolId: string, ...findings: Partial<Finding>[]) => ({ jobId: `job_${toolId}`, toolId, findings: findings.map(finding) });

const sample = inOrder([
  run('gcc', { path: 'z.c', line: 9 }, { path: 'src/b.c', line: 30 }, { path: 'src/b.c', line: 4, rule: 'x', severity: 'error', message: 'Null pointer' }, { path: null, line: null, rule: null }),
  run('cppcheck', { path: 'src/b.c', line: 4, rule: 'nullPointer' }, { path: 'src/deep/c.c', line: 2, severity: 'note' }),
]);

describe('the order of findings', () => {
  it('is by folder, file and line, tools next to each other, without a file last', () => {
    expect(sample.map(({ path, line, toolId }) => `${path}:${line} ${toolId}`)).toEqual([
      'src/deep/c.c:2 cppcheck', 'src/b.c:4 gcc', 'src/b.c:4 cppcheck', 'src/b.c:30 gcc', 'z.c:9 gcc', 'null:null gcc',
    ]);
    expect(filesIn(sample)).toBe(3);
  });
  it('goes forward and back, wraps around, also from a finding that the filter hides', () => {
    expect(neighbour(sample, null, 1)?.key).toBe(0);
    expect(neighbour(sample, sample[5] ?? null, 1)?.key).toBe(0);
    expect(neighbour(sample, sample[0] ?? null, -1)?.key).toBe(5);
    const onlyGcc = filtered(sample, { ...noFilter, toolId: 'gcc' });
    expect(neighbour(onlyGcc, sample[2] ?? null, 1)?.key).toBe(3);
    expect(neighbour(onlyGcc, sample[2] ?? null, -1)?.key).toBe(1);
    expect(neighbour([], null, 1)).toBe(null);
  });
});

describe('the filters', () => {
  const keys = (fields: object): number[] => filtered(sample, { ...noFilter, ...fields }).map(({ key }) => key);
  it('take severity, rule, tool and text', () => {
    expect(keys({ severity: 'error' })).toEqual([1]);
    expect(keys({ rule: 'nullPointer' })).toEqual([2]);
    expect(keys({ toolId: 'cppcheck' })).toEqual([0, 2]);
    expect(keys({ text: 'NULL src/b' })).toEqual([1, 2]);
  });
  it('list the rules, most frequent first', () => expect(rulesOf(sample)[0]).toEqual(['r', 3]));
});

describe('the tree', () => {
  const text = (opened: ReadonlyMap<string, boolean>): string[] =>
    rowsOf(sample, opened).map((row) => ' '.repeat(row.depth) + (row.kind === 'finding' ? `${row.found.line}` : `${row.name} ${row.count}`));
  it('has folders and files with their counts', () => {
    expect(text(new Map())).toEqual(['src 4', ' deep 1', '  c.c 1', '   2', ' b.c 3', '  4', '  4', '  30', 'z.c 1', ' 9', ' 1', ' null']);
  });
  it('closes and opens, and reveals a finding', () => {
    const closed = new Map([['d:src', false], ['f:z.c', false]]);
    expect(text(closed)).toEqual(['src 4', 'z.c 1', ' 1', ' null']);
    expect(text(revealed(closed, sample[0] ?? sample[1]!))).toContain('  c.c 1');
    const open = revealed(closed, sample[4]!);
    expect(revealed(open, sample[4]!)).toBe(open);
  });
  it('of 25,000 findings is made quickly', () => {
    const many = inOrder([run('x', ...Array.from({ length: 25_000 }, (_, i) => ({ path: `d${i % 97}/f${i % 1009}.c`, line: i })))]);
    // CPU time, because the machine of the test may be busy.
    const start = process.cpuUsage();
    const rows = rowsOf(many, new Map([['f:d0/f0.c', true]]));
    expect(process.cpuUsage(start).user).toBeLessThan(1_500_000);
    expect(rows.length).toBeLessThan(26_000);
  }, 60_000);
});

describe('the address of a place', () => {
  it('leads back to it', () => {
    for (const found of sample.slice(0, 5)) expect(foundAt(addressOf(found), sample)).toBe(found);
    expect(addressOf(sample[1]!)).toBe('#file=src/b.c&line=4&column=1&rule=x&tool=gcc');
  });
  it('leads to the same file if the line is gone, and nowhere if the file is', () => {
    expect(foundAt('#file=src/b.c&line=77', sample)?.path).toBe('src/b.c');
    expect([foundAt('#file=no.c&line=4', sample), foundAt('', sample), foundAt('#x', sample)]).toEqual([null, null, null]);
  });
});

describe('hostile findings', () => {
  it('have no path that leads out of the project', () => {
    for (const path of ['../../etc/passwd', '/etc/passwd', 'a/../b', 'a//b', './a', 'a\\b', 'a\0', '', null]) expect(projectPath(path), String(path)).toBe(null);
    expect(projectPath('src/..a/b c.c')).toBe('src/..a/b c.c');
    const hostile = inOrder([run('x', { path: '../../../jobs', message: '<img src=x onerror=alert(1)>' })]);
    expect(hostile[0]?.path).toBe(null);
    expect(addressOf({ ...hostile[0]!, path: '../x' })).not.toContain('..');
  });
  it('link to https only', () => {
    for (const url of ['http://a.example/', 'javascript:alert(1)', 'data:text/html,x', '//a.example', 'https:///x', 'https://user@a.example/', 'https://', ' https://a', '', null]) {
      expect(safeLink(url), String(url)).toBe(null);
    }
    expect(safeLink('https://a.example/x?y#z')).toBe('https://a.example/x?y#z');
    const tool = (url: string) => ({ findings: { url } });
    expect(ruleHelp({ rule: 'SC 20/8"6' }, tool('https://a.example/{rule}.html'))).toBe('https://a.example/SC%2020/8%226.html');
    expect(ruleHelp({ rule: '$&' }, tool('https://a.example/{rule}'))).toBe('https://a.example/%24%26');
    expect(ruleHelp({ rule: null }, tool('https://a.example/{rule}'))).toBe(null);
    expect(ruleHelp({ rule: 'x' }, tool('http://a.example/{rule}'))).toBe(null);
    expect(ruleHelp({ rule: 'x', helpUri: 'javascript:1' }, undefined)).toBe(null);
  });
});

describe('the verdict in words', () => {
  it('counts findings and files', () => {
    expect([verdictText(0, 0), verdictText(37, 9), verdictText(1, 1), verdictText(2, 0)]).toEqual(['clean', '37 findings in 9 files', '1 finding in 1 file', '2 findings']);
    expect(severityText({ error: 1, warning: 0, note: 3 })).toBe('1 error, 3 notes');
  });
});
