import { expect, test } from 'vitest';
import { imageWords, toolImageWords } from './image';

const digest = `sha256:${'0123456789abcdef'.repeat(4)}`;

test('an image is shown by its name or address and the start of its digest', () => {
  expect(toolImageWords({ name: 'tools', digest })).toBe('tools, sha256:0123456789ab');
  expect(toolImageWords({ name: 'tools', digest: null })).toBe('tools');
  expect(imageWords({ ref: 'oci:a', digest })).toBe('oci:a, sha256:0123456789ab');
});

test('characters of an address that turn the text are shown', () => {
  expect(imageWords({ ref: 'oci:\u202ea', digest })).not.toContain('\u202e');
});
