import { expect, test } from 'vitest';
import { isUsedUp, quotaWords } from './quota';

const nextAt = new Date(2026, 0, 1, 6, 3).toISOString();
const unlimited = { hourly: { limit: null, remaining: null, nextAt: null }, concurrent: { limit: null, used: 3 } };

test('a quota in words', () => {
  const concurrent = { limit: 5, used: 0 };
  expect(quotaWords({ hourly: { limit: 20, remaining: 17, nextAt }, concurrent })).toBe('17 of 20 runs left this hour, next at 06:03');
  expect(quotaWords({ hourly: { limit: 20, remaining: 20, nextAt: null }, concurrent })).toBe('20 of 20 runs left this hour');
  expect(quotaWords({ hourly: { limit: 20, remaining: 0, nextAt }, concurrent: { limit: 5, used: 2 } })).toBe('No run of 20 left this hour, next at 06:03; 2 of 5 at once in use');
  expect(quotaWords(unlimited)).toBe('');
});

test('a quota that is used up', () => {
  expect(isUsedUp(unlimited)).toBe(false);
  expect(isUsedUp({ ...unlimited, hourly: { limit: 20, remaining: 0, nextAt } })).toBe(true);
  expect(isUsedUp({ ...unlimited, concurrent: { limit: 5, used: 5 } })).toBe(true);
});
