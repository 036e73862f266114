import { useState } from 'react';
import type { Project, Tool } from '../../api/types';
import { Button } from '../../ui/Button';
import { ErrorNote } from '../../ui/ErrorNote';
import { counted } from '../../words/quantities';
import { useCatalogue } from './catalogue';
import { ToolCard } from './ToolCard';
import { toolSearchId } from './ToolStep';
import { byCategory, matches, suitedFiles } from './toolSearch';

// All tools as cards, by category.
export function ToolGallery(props: { project: Project | null; chosen: string | null; onChoose: (tool: Tool) => void }) {
  const { value: tools, error, reload } = useCatalogue();
  const [query, setQuery] = useState('');
  const [fitting, setFitting] = useState(false);
  const [category, setCategory] = useState('');
  if (error) return <ErrorNote error={error} what="The tools could not be loaded" onRetry={reload} />;
  if (!tools) return <p className="note">Loading the tools…</p>;
  const { project } = props;
  const matching = tools.filter(
    (tool) => matches(tool, query) && (!fitting || !project || suitedFiles(tool, project) > 0),
  );
  const found = matching.filter((tool) => category === '' || tool.category === category);
  const categories = byCategory(tools).map(([name]) => name);
  return (
    <div className="@container grid gap-4">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <input
          id={toolSearchId}
          type="search"
          className="field max-w-80"
          placeholder="Search: name, language, *.py"
          aria-label="Search the tools"
          value={query}
          onChange={(event) => setQuery(event.target.value)}
        />
        {project && (
          <label className="flex items-center gap-2 text-sm">
            <input type="checkbox" checked={fitting} onChange={(event) => setFitting(event.target.checked)} />
            Only tools for files in this project
          </label>
        )}
        <p className="note" role="status">
          {counted(found.length, 'tool')}
        </p>
      </div>
      <div role="group" aria-label="Category" className="-mx-2 flex flex-wrap gap-1">
        {['', ...categories].map((name) => (
          <Button key={name} kind="quiet" small aria-pressed={category === name} onClick={() => setCategory(name)}>
            {name || 'All'}
          </Button>
        ))}
      </div>
      {found.length === 0 && <p className="note">No tool matches. Use a shorter search or another category.</p>}
      {byCategory(found, project).map(([name, group]) => (
        <section key={name} aria-label={name}>
          <h3 className="note mb-1.5 font-medium">{name}</h3>
          <ul className="grid gap-2 @xl:grid-cols-2 @4xl:grid-cols-3">
            {group.map((tool) => (
              <ToolCard key={tool.id} tool={tool} project={project} chosen={tool.id === props.chosen} onChoose={props.onChoose} />
            ))}
          </ul>
        </section>
      ))}
    </div>
  );
}
