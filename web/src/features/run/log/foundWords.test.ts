import { describe, expect, it } from 'vitest';
import { foundWords } from './foundWords';

describe('foundWords', () => {
  it('counts all matches', () => {
    expect(foundWords({ place: 0, of: 0 }, true)).toBe('not found');
    expect(foundWords({ place: 2, of: 3 }, true)).toBe('2 of 3');
    expect(foundWords({ place: 0, of: 2000 }, true)).toBe('2,000 found');
  });

  it('never denies a line that it cannot see', () => {
    expect(foundWords({ place: 0, of: 0 }, false)).toBe('not found in the output on this page; the full log has more');
    expect(foundWords({ place: 1, of: 1 }, false)).toContain('the full log has more');
  });
});
