import { describe, expect, it } from 'vitest';
import type { Parameter, Tool } from '../../api/types';
import { checkField, checkValues, initialValues, valuesFor } from './parameterModel';

const parameter = (fields: Partial<Parameter>): Parameter => ({
  name: 'p',
  title: 'P',
  description: '',
  type: 'string',
  default: null,
  required: false,
  ...fields,
});
const tool = (...parameters: Parameter[]): Tool => ({ parameters }) as Tool;
const problem = (fields: Partial<Parameter>, value: string): string => {
  const result = checkField(parameter(fields), value);
  return 'problem' in result ? result.problem : '';
};

describe('parameters', () => {
  it('begin with their defaults', () => {
    const values = initialValues(
      tool(parameter({ name: 'a', default: 'x' }), parameter({ name: 'b', type: 'boolean', default: true }), parameter({ name: 'c', type: 'number', default: 2.5 }), parameter({ name: 'd' })),
    );
    expect(values).toEqual({ a: 'x', b: true, c: '2.5', d: '' });
  });

  it('are sent with their types, empty ones left out', () => {
    const parameters = [
      parameter({ name: 'n', type: 'integer' }),
      parameter({ name: 'f', type: 'number' }),
      parameter({ name: 'b', type: 'boolean', default: false }),
      parameter({ name: 'e', type: 'enum', values: ['x', 'y'] }),
      parameter({ name: 's' }),
      parameter({ name: 'empty' }),
      parameter({ name: 'cleared', default: 'something' }),
    ];
    const { parameters: sent, problems } = checkValues(tool(...parameters), { n: '7', f: '0.5', b: true, e: 'y', s: 'text', empty: '', cleared: '' });
    expect(problems).toEqual({});
    expect(sent).toEqual({ n: 7, f: 0.5, b: true, e: 'y', s: 'text', cleared: '' });
  });

  it.each<[string, Partial<Parameter>, string, string]>([
    ['a needed one that is empty', { required: true }, '', 'Required'],
    ['an integer with a fraction', { type: 'integer' }, '1.5', 'whole'],
    ['no number', { type: 'number' }, 'one', 'number'],
    ['only blanks', { type: 'integer' }, ' ', 'number'],
    ['endless', { type: 'number' }, 'Infinity', 'number'],
    ['too large an integer', { type: 'integer' }, '9007199254740993', '-9007199254740991 and 9007199254740991'],
    ['below the minimum', { type: 'integer', minimum: 3 }, '2', 'smallest value allowed is 3'],
    ['above the maximum', { type: 'number', maximum: 3 }, '3.5', 'largest value allowed is 3'],
    ['another value', { type: 'enum', values: ['a', 'b'] }, 'c', 'a, b'],
    ['too long', {}, 'ä'.repeat(2049), '4098 bytes'],
    ['NUL', {}, 'a\0', 'NUL'],
    ['a pattern that matches only in part', { pattern: '[a-z]+' }, 'abc1', '[a-z]+'],
  ])('refuse %s', (_what, fields, value, words) => expect(problem(fields, value)).toContain(words));

  it('leave a pattern that this browser cannot read to the server', () => {
    expect(problem({ pattern: '(?i)x' }, 'y')).toBe('');
  });

  it('keep what still fits from another time', () => {
    const now = tool(parameter({ name: 'a', default: 'x' }), parameter({ name: 'b', type: 'boolean', default: false }));
    expect(valuesFor(now, { a: 'kept', b: 'not a boolean', gone: 'z' })).toEqual({ a: 'kept', b: false });
  });
});
