import { Link, runPath } from '../../app/router';
import { rememberedRun } from '../../app/draft';
import type { Execution } from '../../api/types';
import { Badge } from '../../ui/Badge';
import { explain, outcomeWord, toneOf } from '../../words/outcome';
import { parametersInShort } from '../../words/command';
import { ago, clock, duration } from '../../words/quantities';
import { visible } from '../../words/names';
import { useCatalogue } from '../tools/catalogue';

export function HistoryTable(props: {
  jobs: Execution[];
  marked: string[];
  onMark: (jobId: string, on: boolean) => void;
}) {
  const tools = useCatalogue().value ?? [];
  if (props.jobs.length === 0) return null;
  return (
    <div className="panel overflow-x-auto" tabIndex={0} role="region" aria-label="Table of your runs">
      <table className="w-full text-left text-sm">
        <thead className="note border-b border-line">
          <tr>
            <th scope="col" className="p-2">
              <span className="sr-only">Compare</span>
            </th>
            <th scope="col" className="p-2 font-medium">Run</th>
            <th scope="col" className="p-2 font-medium">Outcome</th>
            <th scope="col" className="p-2 font-medium max-md:hidden">Reason</th>
            <th scope="col" className="p-2 text-right font-medium max-sm:hidden">Duration</th>
            <th scope="col" className="p-2 text-right font-medium">Started</th>
          </tr>
        </thead>
        <tbody>
          {props.jobs.map((job) => {
            const tool = tools.find((one) => one.id === job.toolId);
            const name = tool?.name ?? job.toolId;
            const project = job.projectName ?? rememberedRun(job.jobId)?.projectName;
            const parameters = parametersInShort(job.parameters);
            return (
              <tr key={job.jobId} className="border-b border-line last:border-0 hover:bg-paper">
                <td className="p-2">
                  <input
                    type="checkbox"
                    className="size-4"
                    aria-label={`Compare ${name}, ${clock(job.createdAt)}`}
                    checked={props.marked.includes(job.jobId)}
                    onChange={(event) => props.onMark(job.jobId, event.target.checked)}
                  />
                </td>
                <td className="p-2">
                  <Link href={runPath(job.jobId)} className="font-medium underline decoration-line-strong underline-offset-2 hover:decoration-accent">
                    {name}
                  </Link>
                  {project && <span className="note name block">{visible(project)}</span>}
                  {parameters !== '' && (
                    <span className="note name line-clamp-2 max-w-80" title={visible(parameters.slice(0, 1000))}>
                      {visible(parameters.slice(0, 200))}
                    </span>
                  )}
                </td>
                <td className="p-2">
                  <Badge tone={toneOf(job)}>{outcomeWord(job)}</Badge>
                </td>
                <td className="p-2 text-muted max-md:hidden">{visible(explain(job, tool))}</td>
                <td className="p-2 text-right tabular-nums max-sm:hidden">{duration(job.durationMs)}</td>
                <td className="p-2 text-right whitespace-nowrap text-muted" title={clock(job.createdAt)}>
                  {ago(job.createdAt)}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
