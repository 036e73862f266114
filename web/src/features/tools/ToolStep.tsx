import { useRef, useState } from 'react';
import { useDraft } from '../../app/draft';
import { useShortcuts } from '../../app/shortcuts';
import type { Project, Tool } from '../../api/types';
import { Button } from '../../ui/Button';
import { ErrorNote } from '../../ui/ErrorNote';
import { useCatalogue, useTool } from './catalogue';
import { ChosenTool } from './ChosenTool';
import { initialValues } from './parameterModel';
import { ToolCard } from './ToolCard';
import { byCategory, matches, takes } from './toolSearch';

// The second step: one tool among the cards, or the one that was chosen.
export function ToolStep({ project }: { project: Project | null }) {
  const { draft, change } = useDraft();
  const tool = useTool(draft.toolId);
  const [choosing, setChoosing] = useState(false);
  const search = useRef<HTMLInputElement>(null);
  useShortcuts({
    t: () => {
      setChoosing(true);
      requestAnimationFrame(() => search.current?.focus());
    },
  });
  const choose = (chosen: Tool): void => {
    const same = chosen.id === draft.toolId;
    change(same ? {} : { toolId: chosen.id, values: initialValues(chosen), timeoutSeconds: '' });
    setChoosing(false);
  };
  return (
    <section aria-labelledby="tool-step" className="grid gap-2">
      <h2 id="tool-step" className="step">
        <span aria-hidden="true">2</span> Tool
        {tool && (
          <Button kind="quiet" small className="ml-auto" aria-expanded={choosing} onClick={() => setChoosing(!choosing)}>
            {choosing ? 'Keep it' : 'Choose another'}
          </Button>
        )}
      </h2>
      {tool && !choosing ? <ChosenTool tool={tool} /> : <ToolList search={search} project={project} chosen={draft.toolId} onChoose={choose} />}
    </section>
  );
}

function ToolList(props: {
  search: React.RefObject<HTMLInputElement | null>;
  project: Project | null;
  chosen: string | null;
  onChoose: (tool: Tool) => void;
}) {
  const { value: tools, error, reload } = useCatalogue();
  const [query, setQuery] = useState('');
  const [fitting, setFitting] = useState(false);
  if (error) return <ErrorNote error={error} what="The tools could not be listed" onRetry={reload} />;
  if (!tools) return <p className="note">Asking for the tools…</p>;
  const files = props.project?.files;
  const found = tools.filter(
    (tool) => matches(tool, query) && (!fitting || !files || files.some((file) => takes(tool, file.path))),
  );
  return (
    <div className="grid gap-3">
      <input
        ref={props.search}
        type="search"
        className="field"
        placeholder="Search: name, language, *.py"
        aria-label="Search the tools"
        value={query}
        onChange={(event) => setQuery(event.target.value)}
      />
      {files && (
        <label className="flex items-center gap-2 text-sm">
          <input type="checkbox" checked={fitting} onChange={(event) => setFitting(event.target.checked)} />
          Only tools that take files of this project
        </label>
      )}
      <p className="sr-only" role="status">
        {found.length} tools found
      </p>
      {found.length === 0 && <p className="note">No tool matches. Shorten the search, or clear it.</p>}
      {byCategory(found).map(([category, group]) => (
        <div key={category}>
          <h3 className="note mb-1 font-medium">{category}</h3>
          <ul className="grid gap-1.5">
            {group.map((tool) => (
              <ToolCard key={tool.id} tool={tool} chosen={tool.id === props.chosen} onChoose={props.onChoose} />
            ))}
          </ul>
        </div>
      ))}
    </div>
  );
}
