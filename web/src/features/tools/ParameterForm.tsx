import { useDraft } from '../../app/draft';
import type { Parameter, Tool } from '../../api/types';
import { duration } from '../../words/quantities';
import { boundsInWords, checkField, valuesFor } from './parameterModel';

// One field per parameter, checked while the user types.
export function ParameterForm({ tool }: { tool: Tool }) {
  const { draft, change } = useDraft();
  const values = valuesFor(tool, draft.values);
  const set = (name: string, value: string | boolean): void => change({ values: { ...values, [name]: value } });
  return (
    <div id="tool-parameters" className="grid gap-3">
      {tool.parameters.map((parameter) => (
        <ParameterField key={parameter.name} parameter={parameter} value={values[parameter.name] ?? ''} onChange={set} />
      ))}
      {tool.stdin && (
        <label className="grid gap-1">
          <span className="label">Standard input</span>
          <textarea
            className="field font-mono text-[13px]"
            rows={3}
            value={draft.stdin}
            onChange={(event) => change({ stdin: event.target.value })}
          />
        </label>
      )}
      <TimeField tool={tool} />
    </div>
  );
}

function TimeField({ tool }: { tool: Tool }) {
  const { draft, change } = useDraft();
  const problem = timeProblem(tool, draft.timeoutSeconds);
  return (
    <div className="grid gap-1">
      <label className="label" htmlFor="timeout">
        Time limit
      </label>
      <span className="flex items-center gap-2">
        <input
          id="timeout"
          inputMode="decimal"
          className="field max-w-28"
          placeholder={String(tool.timeoutMs / 1000)}
          value={draft.timeoutSeconds}
          aria-invalid={problem !== ''}
          aria-describedby="timeout-note"
          onChange={(event) => change({ timeoutSeconds: event.target.value })}
        />
        <span className="text-sm">seconds</span>
      </span>
      <span id="timeout-note" className={problem ? 'text-[13px] text-bad' : 'note'}>
        {problem || `At most ${duration(tool.timeoutMs)}, the limit of this tool.`}
      </span>
    </div>
  );
}

export function timeProblem(tool: Tool, text: string): string {
  if (text.trim() === '') return '';
  const ms = Number(text) * 1000;
  if (!Number.isFinite(ms) || ms < 1) return 'Must be a number of seconds greater than 0.';
  return ms > tool.timeoutMs ? `The limit of this tool is ${duration(tool.timeoutMs)}.` : '';
}

function ParameterField(props: {
  parameter: Parameter;
  value: string | boolean;
  onChange: (name: string, value: string | boolean) => void;
}) {
  const { parameter, value, onChange } = props;
  const id = `parameter-${parameter.name}`;
  const checked = checkField(parameter, value);
  const problem = 'problem' in checked ? checked.problem : '';
  const note = [parameter.description, boundsInWords(parameter)].filter(Boolean).join(' ');
  const noteId = `${id}-note`;
  const field = { id, 'aria-describedby': noteId, 'aria-invalid': problem !== '' };
  if (typeof value === 'boolean') {
    return (
      <div className="grid grid-cols-[auto_1fr] gap-x-2">
        <input {...field} type="checkbox" checked={value} onChange={(event) => onChange(parameter.name, event.target.checked)} />
        <label className="label" htmlFor={id}>
          {parameter.title}
        </label>
        <span id={noteId} className="note col-start-2">
          {note}
        </span>
      </div>
    );
  }
  return (
    <div className="grid gap-1">
      <label className="label" htmlFor={id}>
        {parameter.title}
        {parameter.required && <span className="note font-normal"> · needed</span>}
      </label>
      {parameter.type === 'enum' ? (
        <select {...field} className="field" value={value} onChange={(event) => onChange(parameter.name, event.target.value)}>
          {(!parameter.required || value === '') && parameter.default === null && <option value="">—</option>}
          {parameter.values?.map((choice) => <option key={choice}>{choice}</option>)}
        </select>
      ) : (
        <input
          {...field}
          className="field"
          inputMode={parameter.type === 'integer' ? 'numeric' : parameter.type === 'number' ? 'decimal' : 'text'}
          value={value}
          onChange={(event) => onChange(parameter.name, event.target.value)}
        />
      )}
      {problem && <span className="text-[13px] text-bad">{problem}</span>}
      <span id={noteId} className="note">
        {note}
      </span>
    </div>
  );
}
