import type { Project, Tool } from '../../api/types';
import { Badge } from '../../ui/Badge';
import { toolImageWords } from '../../words/image';
import { visible } from '../../words/names';
import type { Tone } from '../../words/outcome';
import { statusWords, suitedFiles, suitWords } from './toolSearch';

const tones: Record<Tool['status'], Tone> = {
  available: 'good',
  unavailable: 'warn',
  'in-development': 'busy',
  'coming-soon': 'neutral',
};

export function ToolCard(props: { tool: Tool; project: Project | null; chosen: boolean; onChoose: (tool: Tool) => void }) {
  const { tool, project } = props;
  const usable = tool.status === 'available';
  return (
    <li>
      <button
        type="button"
        aria-disabled={!usable}
        aria-pressed={props.chosen}
        onClick={() => usable && props.onChoose(tool)}
        className="panel flex h-full w-full flex-col items-stretch gap-0.5 px-3 py-2 text-left hover:border-line-strong aria-disabled:cursor-not-allowed aria-disabled:bg-paper aria-disabled:hover:border-line aria-pressed:border-accent"
      >
        <span className="flex items-baseline gap-2">
          <span className="min-w-0 flex-1 font-semibold">{tool.name}</span>
          <Badge tone={tones[tool.status]}>{statusWords[tool.status]}</Badge>
        </span>
        {tool.version && <span className="note name block w-full truncate">{visible(tool.version)}</span>}
        {tool.image && (
          <span className="note name block w-full truncate" title={tool.image.digest ?? undefined}>
            image {toolImageWords(tool.image)}
          </span>
        )}
        <span className="text-sm">{tool.description}</span>
        {tool.statusReason && <span className="name text-[13px] text-warn">{visible(tool.statusReason)}</span>}
        <span className="mt-auto flex items-baseline gap-2 pt-1">
          <span className="note min-w-0 flex-1 font-mono text-xs">{tool.inputs.join('  ')}</span>
          {project && usable && (
            <span className={`shrink-0 text-xs ${suitedFiles(tool, project) > 0 ? '' : 'text-muted'}`}>
              {suitWords(tool, project)}
            </span>
          )}
        </span>
      </button>
    </li>
  );
}
