import type { Tool } from '../../api/types';
import { Badge } from '../../ui/Badge';
import { visible } from '../../words/names';
import type { Tone } from '../../words/outcome';
import { statusWords } from './toolSearch';

const tones: Record<Tool['status'], Tone> = {
  available: 'good',
  unavailable: 'warn',
  'in-development': 'busy',
  'coming-soon': 'neutral',
};

export function ToolCard(props: { tool: Tool; chosen: boolean; onChoose: (tool: Tool) => void }) {
  const { tool } = props;
  const usable = tool.status === 'available';
  return (
    <li>
      <button
        type="button"
        aria-disabled={!usable}
        aria-pressed={props.chosen}
        onClick={() => usable && props.onChoose(tool)}
        className="panel grid w-full gap-0.5 px-3 py-2 text-left hover:border-line-strong aria-disabled:cursor-not-allowed aria-disabled:bg-paper aria-disabled:hover:border-line aria-pressed:border-accent"
      >
        <span className="flex flex-wrap items-baseline gap-x-2">
          <span className="font-semibold">{tool.name}</span>
          <span className="note name min-w-0 flex-1 truncate">{visible(tool.version)}</span>
          <Badge tone={tones[tool.status]}>{statusWords[tool.status]}</Badge>
        </span>
        <span className="text-sm">{tool.description}</span>
        {tool.statusReason && <span className="name text-[13px] text-warn">{visible(tool.statusReason)}</span>}
        <span className="note font-mono text-xs">{tool.inputs.join('  ')}</span>
      </button>
    </li>
  );
}
