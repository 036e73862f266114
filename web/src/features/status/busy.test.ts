import { describe, expect, it } from 'vitest';
import { busyWords, merged } from './busy';

describe('the status line', () => {
  it('names what runs and what waits', () => {
    expect([busyWords({ running: 0, waiting: 0 }), busyWords({ running: 2, waiting: 0 }), busyWords({ running: 2, waiting: 3 })]).toEqual(['idle', '2 running', '2 running, 3 waiting']);
  });

  it('is never behind what the page has seen itself', () => {
    expect(merged({ running: 0, waiting: 0 }, 10, { running: 1, waiting: 0 }, 0)).toEqual({ running: 1, waiting: 0 });
    expect(merged({ running: 4, waiting: 1 }, 10, { running: 0, waiting: 3 }, 0)).toEqual({ running: 4, waiting: 3 });
    // Its run has ended since the server was asked.
    expect(merged({ running: 1, waiting: 0 }, 10, { running: 0, waiting: 0 }, 20)).toEqual({ running: 0, waiting: 0 });
    expect(merged({ running: 1, waiting: 0 }, 30, { running: 0, waiting: 0 }, 20)).toEqual({ running: 1, waiting: 0 });
  });
});
