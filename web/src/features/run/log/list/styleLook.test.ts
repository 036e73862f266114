import { describe, expect, it } from 'vitest';
import { contrast, readable } from './styleLook';

describe('readable', () => {
  it('leaves what can be read, and moves the rest away from its background', () => {
    expect(readable([10, 120, 200], [255, 255, 255])).toEqual([10, 120, 200]);
    for (const paper of [[255, 255, 255], [12, 15, 14], [128, 128, 128], [0, 0, 238]] as const) {
      for (const ink of [paper, [250, 250, 250], [20, 20, 20]] as const) expect(contrast(readable(ink, paper), paper)).toBeGreaterThanOrEqual(4.5);
    }
  });
});
