import { useState } from 'react';
import { announce } from '../../app/announce';
import { apiKey } from '../../api/key';
import type { Execution, Tool } from '../../api/types';
import { Button } from '../../ui/Button';
import { copyText } from '../../ui/copyText';
import { argvText, commandLine, curlCommand, parameterText } from '../../words/command';
import { visible } from '../../words/names';
import { bytes, counted, duration } from '../../words/quantities';

// What a run was started with: it explains the result, and repeats it elsewhere.
export function HowItRan({ execution, tool }: { execution: Execution; tool: Tool | undefined }) {
  const { parameters, command } = execution;
  if (!parameters) return null;
  const given = Object.keys(parameters).length;
  const origin = { url: location.origin, keyed: apiKey() !== null };
  return (
    <details className="panel min-w-0 px-3 py-2" data-testid="how-it-ran">
      <summary className="w-fit rounded font-medium">
        How it was run{given > 0 && <span className="note font-normal"> · {counted(given, 'parameter')}</span>}
      </summary>
      <div className="mt-2 grid min-w-0 gap-3 text-sm">
        <dl className="grid gap-x-4 gap-y-1 sm:grid-cols-[minmax(6rem,auto)_minmax(0,1fr)]">
          <Row name="Project" value={execution.projectName ?? ''} />
          <Row name="Tool version" value={execution.toolVersion ?? 'not known'} />
          {Object.entries(parameters).map(([name, value]) => (
            <Row key={name} name={titleOf(tool, name)} value={parameterText(value)} />
          ))}
          {execution.timeoutMs != null && <Row name="Time limit" value={duration(execution.timeoutMs)} />}
          {(execution.stdinBytes ?? 0) > 0 && <Row name="Standard input" value={execution.stdin ?? `${bytes(execution.stdinBytes ?? 0)}, not kept`} />}
        </dl>
        {command && (
          <div className="min-w-0">
            <h3 className="note">Command in the sandbox</h3>
            <pre tabIndex={0} aria-label="Command in the sandbox" className="max-h-48 overflow-auto rounded bg-sunken p-2 text-[12.5px] break-all whitespace-pre-wrap">
              {visible(argvText(command)).replaceAll('⟨U+000A⟩', '\n')}
            </pre>
          </div>
        )}
        <div className="flex flex-wrap gap-2">
          <CopyButton what="command line" text={commandLine(execution, origin)} />
          <CopyButton what="curl" text={curlCommand(execution, origin)} />
        </div>
      </div>
    </details>
  );
}

const titleOf = (tool: Tool | undefined, name: string): string => tool?.parameters.find((one) => one.name === name)?.title ?? name;

function Row({ name, value }: { name: string; value: string }) {
  return (
    <div className="contents">
      <dt className="text-muted">{visible(name)}</dt>
      <dd className="name min-w-0 whitespace-pre-wrap">{value === '' ? <span className="text-muted">empty</span> : visible(value).replaceAll('⟨U+000A⟩', '\n')}</dd>
    </div>
  );
}

function CopyButton({ what, text }: { what: string; text: string }) {
  const [copied, setCopied] = useState(false);
  const copy = async (): Promise<void> => {
    if (!(await copyText(text))) return;
    announce('Copied');
    setCopied(true);
  };
  return (
    <Button small onClick={() => void copy()}>
      {copied ? 'Copied' : `Copy as ${what}`}
    </Button>
  );
}
