import { describe, expect, it } from 'vitest';
import { checkupPagePath, comparePath, placeOf, runPath, sharedPath } from './router';
import { keyOf, shortcuts } from './shortcuts';
import { nextTheme } from './theme';

const place = (address: string) => {
  const [path, query] = address.split('?');
  return placeOf(path ?? '', query ?? '');
};

describe('addresses', () => {
  it('lead to their places and back', () => {
    expect(place('/')).toEqual({ page: 'new' });
    expect(place(runPath('job_a/b'))).toEqual({ page: 'run', jobId: 'job_a/b' });
    expect(place(comparePath('a&b', 'c'))).toEqual({ page: 'compare', left: 'a&b', right: 'c' });
    expect(place(checkupPagePath('chk_1'))).toEqual({ page: 'checkup', checkupId: 'chk_1' });
    expect(place('/runs?with=job_1')).toEqual({ page: 'history', with: 'job_1' });
    expect(place(sharedPath('job_1'))).toEqual({ page: 'shared', subject: 'job_1' });
    expect(place('/p/homework-3')).toEqual({ page: 'preset', name: 'homework-3' });
    expect(place('/status/')).toEqual({ page: 'status' });
  });
  it('that are none say so', () => {
    for (const address of ['/x', '/runs/a/b', '/status/x', '/compare/x', '/checkups', '/checkups/a/b']) expect(place(address).page).toBe('nowhere');
    expect(place('/runs/%E0%A4%A')).toEqual({ page: 'run', jobId: '%E0%A4%A' });
  });
});

describe('keys', () => {
  const key = (fields: object) => keyOf({ key: '', ctrlKey: false, metaKey: false, altKey: false, ...fields });
  it('are distinguished from the browser’s own', () => {
    expect([key({ key: 'N' }), key({ key: '?' }), key({ key: 'Enter', metaKey: true })]).toEqual(['n', '?', 'Ctrl Enter']);
    expect([key({ key: 'n', ctrlKey: true }), key({ key: 'f', altKey: true })]).toEqual([null, null]);
  });
  it('are in the list once', () => expect(new Set(shortcuts.map((one) => one.keys)).size).toBe(shortcuts.length));
});

describe('the theme', () => {
  it('cycles', () => expect([nextTheme('system'), nextTheme('light'), nextTheme('dark')]).toEqual(['light', 'dark', 'system']));
});
