import { useState } from 'react';
import type { Tool } from '../../api/types';
import { useCatalogue } from '../tools/catalogue';

// Projects that come with the tools; one click chooses both. Examples of the chosen tool come first.
export function Examples(props: { toolId: string | null; onChoose: (tool: Tool, example: string) => void }) {
  const [all, setAll] = useState(false);
  const tools = (useCatalogue().value ?? []).filter((tool) => tool.status === 'available' && tool.examples.length > 0);
  if (tools.length === 0) return null;
  const own = tools.find((tool) => tool.id === props.toolId);
  const first = own ? own.examples.map((example) => ({ tool: own, example })) : tools.slice(0, 4).flatMap(firstOf);
  const shown = all ? tools.flatMap((tool) => tool.examples.map((example) => ({ tool, example }))) : first;
  return (
    <div>
      <h3 className="note mb-1 font-medium">Examples</h3>
      <ul className="grid grid-cols-[minmax(0,1fr)] gap-0.5">
        {shown.map(({ tool, example }) => (
          <li key={`${tool.id}/${example.name}`}>
            <button
              type="button"
              onClick={() => props.onChoose(tool, example.name)}
              title={example.description}
              className="flex w-full items-baseline gap-2 rounded px-2 py-1 text-left hover:bg-sunken"
            >
              <span className="min-w-0 flex-1 truncate">{example.title}</span>
              <span className="note whitespace-nowrap">{tool.name}</span>
            </button>
          </li>
        ))}
      </ul>
      <button
        type="button"
        className="note mt-1 rounded px-2 underline underline-offset-2 hover:text-ink"
        aria-expanded={all}
        onClick={() => setAll(!all)}
      >
        {all ? 'Fewer examples' : 'All examples'}
      </button>
    </div>
  );
}

const firstOf = (tool: Tool) => tool.examples.slice(0, 1).map((example) => ({ tool, example }));
