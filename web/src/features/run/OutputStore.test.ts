import { describe, expect, it } from 'vitest';
import { mostCharacters, OutputStore } from './OutputStore';

describe('OutputStore', () => {
  it('keeps pieces in order and counts lines by stream', () => {
    const store = new OutputStore();
    store.append({ seq: 1, stream: 'stdout', text: 'a\nb\n' });
    store.append({ seq: 2, stream: 'stderr', text: 'c\n' });
    store.append({ seq: 3, stream: 'stdout', text: 'd' });
    expect(store.text()).toBe('a\nb\nc\nd');
    expect(store.text('stderr')).toBe('c\n');
    expect(store.totals).toEqual({ lines: 3, stderrLines: 1, characters: 7, full: false, moves: false });
  });

  it('takes no piece twice', () => {
    const store = new OutputStore();
    for (const seq of [1, 2, 1, 2, 3]) store.append({ seq, stream: 'stdout', text: String(seq) });
    expect(store.text()).toBe('123');
  });

  it('begins again with a new run', () => {
    const store = new OutputStore();
    store.append({ seq: 1, stream: 'stderr', text: 'old\n' });
    store.append({ seq: 2, stream: 'stdout', text: 'x'.repeat(mostCharacters) });
    store.restart();
    expect([store.text(), store.totals.lines, store.totals.full]).toEqual(['', 0, false]);
    store.append({ seq: 1, stream: 'stdout', text: 'new\n' });
    expect(store.text()).toBe('new\n');
  }, 60_000);

  it('stops at its bound and says so', () => {
    const store = new OutputStore();
    const text = 'x'.repeat(mostCharacters / 4);
    for (let seq = 1; seq <= 4; seq++) store.append({ seq, stream: 'stdout', text });
    expect(store.totals.full).toBe(false);
    let told = 0;
    store.subscribe(() => (told += 1));
    store.append({ seq: 5, stream: 'stdout', text: 'y' });
    expect([store.totals.full, store.totals.characters, told]).toEqual([true, mostCharacters, 1]);
  }, 60_000);

  it('takes nothing behind what it has left out', () => {
    const store = new OutputStore();
    store.append({ seq: 1, stream: 'stdout', text: 'x'.repeat(mostCharacters - 2) });
    store.append({ seq: 2, stream: 'stdout', text: 'yyy' });
    store.append({ seq: 3, stream: 'stdout', text: 'z' });
    expect(store.text().endsWith('x')).toBe(true);
  }, 60_000);
});
