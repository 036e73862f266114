import type { Tool } from '../../api/types';
import { bytes, count, duration } from '../../words/quantities';
import { toolImageWords } from '../../words/image';
import { visible } from '../../words/names';
import { ParameterForm } from './ParameterForm';

export function ChosenTool({ tool }: { tool: Tool }) {
  const { limits } = tool;
  const rows: [string, string][] = [
    ['Inputs', tool.inputs.join(', ')],
    ['Time', duration(tool.timeoutMs)],
    ['Memory', bytes(limits.memoryBytes)],
    ['CPUs', String(limits.cpus)],
    ['Processes', count(limits.processes)],
    ['Disk', bytes(limits.diskBytes)],
    ...(tool.image ? [['Image', toolImageWords(tool.image)] as [string, string]] : []),
    ['Output', `${count(limits.outputLines)} lines, ${bytes(limits.outputBytes)}`],
  ];
  return (
    <div className="panel grid gap-3 p-3">
      <div>
        <p className="flex flex-wrap items-baseline gap-x-2">
          <span className="font-semibold">{tool.name}</span>
          <span className="note name">{visible(tool.version)}</span>
        </p>
        <p className="text-sm">{tool.description}</p>
        <details className="mt-1">
          <summary className="note w-fit rounded">Inputs and limits</summary>
          <dl className="mt-1 grid grid-cols-[auto_1fr] gap-x-3 text-[13px]">
            {rows.map(([name, value]) => (
              <div key={name} className="contents">
                <dt className="text-muted">{name}</dt>
                <dd>{value}</dd>
              </div>
            ))}
          </dl>
        </details>
      </div>
      <ParameterForm tool={tool} />
    </div>
  );
}
