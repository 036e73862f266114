// A form's fields and the values that are sent, checked like the server checks them.
import type { FormValues } from '../../app/draft';
import type { Parameter, ParameterValue, Tool } from '../../api/types';

const mostTextBytes = 4096;
const largestInteger = Number.MAX_SAFE_INTEGER;

export function initialValues(tool: Tool): FormValues {
  return Object.fromEntries(tool.parameters.map((parameter) => [parameter.name, fieldOf(parameter, parameter.default)]));
}

function fieldOf(parameter: Parameter, value: ParameterValue | null): string | boolean {
  if (parameter.type === 'boolean') return value === true;
  return value === null ? '' : String(value);
}

// Fields for a tool from earlier values; unknown ones are dropped.
export function valuesFor(tool: Tool, kept: FormValues): FormValues {
  const values = initialValues(tool);
  for (const parameter of tool.parameters) {
    const value = kept[parameter.name];
    if (value !== undefined && (typeof value === 'boolean') === (parameter.type === 'boolean')) {
      values[parameter.name] = value;
    }
  }
  return values;
}

// The fields of a run's own parameters. A parameter that the run did not have is empty, not its default.
export function valuesOf(tool: Tool, parameters: Record<string, ParameterValue>): FormValues {
  return Object.fromEntries(tool.parameters.map((parameter) => [parameter.name, fieldOf(parameter, parameters[parameter.name] ?? null)]));
}

export interface Checked {
  parameters: Record<string, ParameterValue>;
  problems: Record<string, string>;
}

export function checkValues(tool: Tool, values: FormValues): Checked {
  const checked: Checked = { parameters: {}, problems: {} };
  for (const parameter of tool.parameters) {
    const result = checkField(parameter, values[parameter.name] ?? fieldOf(parameter, parameter.default));
    if ('problem' in result) checked.problems[parameter.name] = result.problem;
    else if (result.value !== undefined) checked.parameters[parameter.name] = result.value;
  }
  return checked;
}

type FieldResult = { problem: string } | { value: ParameterValue | undefined };

// An empty field is omitted if the tool has no default.
export function checkField(parameter: Parameter, field: string | boolean): FieldResult {
  if (typeof field === 'boolean') return { value: field };
  if (field === '') {
    if (parameter.required && parameter.default === null) return { problem: 'Required by the tool.' };
    if (parameter.type !== 'string' || parameter.default === null) return { value: undefined };
  }
  switch (parameter.type) {
    case 'integer':
    case 'number':
      return checkNumber(parameter, field);
    case 'enum':
      return parameter.values?.includes(field)
        ? { value: field }
        : { problem: `Must be one of ${parameter.values?.join(', ') ?? 'no values'}.` };
    default:
      return checkText(parameter, field);
  }
}

function checkNumber(parameter: Parameter, field: string): FieldResult {
  const number = Number(field);
  if (field.trim() === '' || !Number.isFinite(number)) return { problem: 'Must be a number.' };
  if (parameter.type === 'integer' && !Number.isInteger(number)) return { problem: 'Must be a whole number.' };
  if (parameter.type === 'integer' && Math.abs(number) > largestInteger) {
    return { problem: `Must be between -${largestInteger} and ${largestInteger}.` };
  }
  if (parameter.minimum !== undefined && number < parameter.minimum) {
    return { problem: `The smallest value allowed is ${parameter.minimum}.` };
  }
  if (parameter.maximum !== undefined && number > parameter.maximum) {
    return { problem: `The largest value allowed is ${parameter.maximum}.` };
  }
  return { value: number };
}

function checkText(parameter: Parameter, field: string): FieldResult {
  const size = new TextEncoder().encode(field).length;
  if (size > mostTextBytes) return { problem: `Has ${size} bytes; the limit is ${mostTextBytes}.` };
  if (field.includes('\0')) return { problem: 'Contains a NUL character; an argument cannot.' };
  const pattern = wholePattern(parameter.pattern);
  if (pattern && !pattern.test(field)) return { problem: `Does not match the pattern ${parameter.pattern}.` };
  return { value: field };
}

// The server's patterns are RE2's; the server checks those that this browser cannot read.
function wholePattern(pattern: string | undefined): RegExp | null {
  if (!pattern) return null;
  try {
    return new RegExp(`^(?:${pattern})$`, 'u');
  } catch {
    return null;
  }
}

// The allowed values of a field, for the line below it.
export function boundsInWords(parameter: Parameter): string {
  const { minimum, maximum } = parameter;
  if (minimum !== undefined && maximum !== undefined) return `${minimum} to ${maximum}`;
  if (minimum !== undefined) return `${minimum} or more`;
  if (maximum !== undefined) return `${maximum} or less`;
  return '';
}
