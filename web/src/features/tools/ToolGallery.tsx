import { useState } from 'react';
import type { Project, Tool } from '../../api/types';
import { Button } from '../../ui/Button';
import { ErrorNote } from '../../ui/ErrorNote';
import { counted } from '../../words/quantities';
import { useCatalogue } from './catalogue';
import { ToolCard } from './ToolCard';
import { toolSearchId } from './ToolStep';
import { byCategory, bySuit, matches, suitedFiles } from './toolSearch';

interface GalleryProps {
  project: Project | null;
  chosen: string | null;
  onChoose: (tool: Tool) => void;
}

// All tools as cards: first those that suit the project, then by category; folded away what cannot be used.
export function ToolGallery(props: GalleryProps) {
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
  const usable = found.filter(({ status }) => status === 'available');
  const closed = found.filter(({ status }) => status !== 'available');
  const suited = project ? bySuit(usable, project) : [];
  const others = usable.filter((tool) => !suited.includes(tool));
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
      {suited.length > 0 && <Group name="Suit this project" tools={suited} {...props} />}
      {byCategory(others, project).map(([name, group]) => (
        <Group key={name} name={name} tools={group} {...props} />
      ))}
      {closed.length > 0 && (
        <details open={query !== '' || (suited.length === 0 && others.length === 0)} data-testid="closed-tools">
          <summary className="note w-fit rounded py-1 font-medium hover:text-ink">{counted(closed.length, 'tool')} that cannot be used here now</summary>
          <div className="grid gap-4 pt-2">
            {byCategory(closed).map(([name, group]) => (
              <Group key={name} name={name} tools={group} {...props} />
            ))}
          </div>
        </details>
      )}
    </div>
  );
}

function Group({ name, tools, project, chosen, onChoose }: GalleryProps & { name: string; tools: readonly Tool[] }) {
  return (
    <section aria-label={name}>
      <h2 className="note mb-1.5 font-medium">{name}</h2>
      <ul className="grid gap-2 @xl:grid-cols-2 @4xl:grid-cols-3 @7xl:grid-cols-4">
        {tools.map((tool) => (
          <ToolCard key={tool.id} tool={tool} project={project} chosen={tool.id === chosen} onChoose={onChoose} />
        ))}
      </ul>
    </section>
  );
}
