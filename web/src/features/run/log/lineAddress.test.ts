import { describe, expect, it } from 'vitest';
import { foundAt } from '../../findings/place';
import { addressOfLines, lineAddress } from './lineAddress';

describe('the address of lines', () => {
  it('is one line or a range, in either order', () => {
    expect(lineAddress('#L12')).toEqual({ first: 12, last: 12 });
    expect(lineAddress('#L20-L12')).toEqual({ first: 12, last: 20 });
    expect(addressOfLines({ first: 3, last: 3 })).toBe('#L3');
    expect(addressOfLines({ first: 3, last: 5 })).toBe('#L3-L5');
  });

  it('differs from the address of a finding', () => {
    for (const hash of ['', '#L0', '#Lx', '#L1x', '#file=L12&line=3']) expect(lineAddress(hash)).toBeNull();
    expect(foundAt('#L12', [])).toBeNull();
  });
});
