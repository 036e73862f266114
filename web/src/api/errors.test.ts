import { describe, expect, it } from 'vitest';
import { errorOfAnswer, retryAfterMs } from './errors';

describe('errors', () => {
  it('takes message and details from the one form of errors', () => {
    const body = '{"error":{"type":"UserError","message":"Too big.","details":{"limit":"file_bytes","configured":5}}}';
    const error = errorOfAnswer(422, body, null);
    expect([error.status, error.type, error.message, error.details['configured']]).toEqual([422, 'UserError', 'Too big.', 5]);
    expect(error.passes).toBe(false);
  });

  it('says so where something else answered', () => {
    const error = errorOfAnswer(502, '<html>Bad gateway', null);
    expect(error.message).toContain('502');
    expect(error.message).not.toContain('<html>');
  });

  it('reads Retry-After in seconds and as a date', () => {
    expect(retryAfterMs('7')).toBe(7000);
    expect(retryAfterMs('Thu, 01 Jan 1970 00:00:10 GMT', 4000)).toBe(6000);
    expect(retryAfterMs('soon')).toBeNull();
    expect(retryAfterMs(null)).toBeNull();
    expect(errorOfAnswer(429, '', '3').passes).toBe(true);
  });
});
