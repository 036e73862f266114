import { describe, expect, it } from 'vitest';
import { styleOf } from './lineStyle';
import { LogLines, mostLines } from './LogLines';
import { RowIndex } from './RowIndex';

function written(...pieces: (string | ['stderr', string])[]): LogLines {
  const lines = new LogLines();
  for (const piece of pieces) {
    if (typeof piece === 'string') lines.push('stdout', piece);
    else lines.push(...piece);
  }
  return lines;
}
const texts = (lines: LogLines): string[] => Array.from({ length: lines.count }, (_, i) => lines.text(i));

describe('LogLines', () => {
  it('has lines however the output is cut', () => {
    const text = 'one\r\ntwo\n\nlast';
    expect(texts(written(text))).toEqual(['one', 'two', '', 'last']);
    expect(texts(written(...text))).toEqual(['one', 'two', '', 'last']);
    expect(written('one\n').count).toBe(1);
  });

  it('tells the streams apart, and starts a new line for the other one', () => {
    const lines = written('part', ['stderr', 'err\n'], 'rest\n');
    expect(texts(lines)).toEqual(['part', 'err', 'rest']);
    expect([0, 1, 2].map((i) => lines.isStderr(i))).toEqual([false, true, false]);
  });

  it('has the last state of a line that was written over', () => {
    expect(texts(written('10%\r60%', '\r100%\ndone\n'))).toEqual(['100%', 'done']);
    expect(texts(written('long text\rab\x1b[K\nx\b\by\n'))).toEqual(['ab', 'y']);
    expect(texts(written('a\x1b[3Cb\x1b[Gc\x1b[5D!\n'))).toEqual(['!   b']);
    expect(written('10%\r20%').moves).toBe(false);
  });

  it('goes back to earlier lines as a terminal does, and says so', () => {
    const lines = written('a 0%\nb 0%\n', '\x1b[2Aa 100%\x1b[K\nb 50%\n', 'end\n');
    expect(texts(lines)).toEqual(['a 100%', 'b 50%', 'end']);
    expect(lines.moves).toBe(true);
    expect(texts(written('1\n2\n3\n\x1b[3A\x1b[Jnew\n'))).toEqual(['new', '', '']);
  });

  it('tells from which line on it has changed', () => {
    const lines = written('a\nb\nc');
    const told: number[] = [];
    lines.subscribe((from) => told.push(from));
    lines.push('stdout', 'd\ne');
    lines.push('stdout', '\x1b[2Aup');
    expect(told).toEqual([2, 1]);
  });

  it('has colours over pieces and lines, and none where none are', () => {
    const lines = written('plain\n\x1b[3', '1mred\nstill\x1b[0m not\n');
    expect(lines.runs(0)).toBeNull();
    expect(lines.runs(1)?.map(({ end, style }) => [end, styleOf(style).ink])).toEqual([[3, 1]]);
    expect(lines.runs(2)?.map(({ end, style }) => [end, styleOf(style).ink])).toEqual([[5, 1], [9, -1]]);
    expect(lines.text(2)).toBe('still not');
    const over = written('abcdef\r\x1b[32mxy\n');
    expect(over.runs(0)?.map(({ end, style }) => [end, styleOf(style).ink])).toEqual([[2, 2], [6, -1]]);
  });

  it('is bounded in lines, and says that it is full', () => {
    const lines = written('\n'.repeat(mostLines - 1));
    expect([lines.count, lines.full]).toEqual([mostLines - 1, false]);
    lines.push('stdout', 'x\ny\n');
    expect([lines.count, lines.full]).toEqual([mostLines, true]);
    expect(lines.text(mostLines - 1)).toBe('x');
  }, 60_000);

  it('is quick on hostile output', () => {
    const before = process.cpuUsage(); // unlike the time, not that of other programs
    written('x'.repeat(10_000_000) + '\ra'.repeat(200_000));
    written('\x1b[1mx\x1b[0my'.repeat(200_000));
    written('\x1b[99999A\x1b[31mz\r'.repeat(100_000), '\x1b[99999C.\x1b[99999@'.repeat(20_000));
    expect(process.cpuUsage(before).user / 1e6).toBeLessThan(10);
  }, 120_000);
});

describe('RowIndex', () => {
  it('counts rows, and finds lines and rows again', () => {
    const lines = written('short\n' + 'x'.repeat(25) + '\n\nlast\n');
    const index = new RowIndex(lines);
    index.setLayout('both', 10);
    expect(index.rows).toBe(6);
    expect(Array.from({ length: 6 }, (_, row) => index.at(row))).toEqual([
      { line: 0, part: 0 },
      { line: 1, part: 0 },
      { line: 1, part: 1 },
      { line: 1, part: 2 },
      { line: 2, part: 0 },
      { line: 3, part: 0 },
    ]);
    expect([0, 1, 2, 3].map((line) => index.firstRow(line))).toEqual([0, 1, 4, 5]);
  });

  it('grows with the output, also where the last line gets longer', () => {
    const lines = written('a\nbbb');
    const index = new RowIndex(lines);
    index.setLayout('both', 24);
    lines.subscribe((from) => index.update(from));
    lines.push('stdout', 'b'.repeat(40));
    expect(index.rows).toBe(3);
    lines.push('stdout', '\nc\n');
    expect([index.rows, index.firstRow(2)]).toEqual([4, 3]);
  });

  it('can show one stream only', () => {
    const lines = written('a\n', ['stderr', 'b\nc\n'], 'd\n');
    const index = new RowIndex(lines);
    index.setLayout('stderr', 1000);
    expect([...index.between(0, 9)]).toEqual([1, 2]);
    expect(index.firstRow(3)).toBe(2);
  });

  it('counts wide characters as two columns and never splits a pair', () => {
    const lines = written('日本語日本語\n' + '😀'.repeat(11) + '\n' + 'e\u0301'.repeat(12) + '\n');
    const index = new RowIndex(lines);
    index.setLayout('both', 10);
    expect([index.firstRow(1), index.firstRow(2), index.rows]).toEqual([2, 5, 7]);
  });
});
