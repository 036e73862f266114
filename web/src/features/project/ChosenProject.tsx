import { useMemo, useState } from 'react';
import type { Project } from '../../api/types';
import { Button } from '../../ui/Button';
import { visible } from '../../words/names';
import { bytes, clock, count, counted } from '../../words/quantities';
import { languagesOf, languageWords } from './languages';

// What the import left out or changed.
function Warnings({ project }: { project: Project }) {
  const more = project.warningCount - project.warnings.length;
  return (
    <details className="note" data-testid="project-warnings">
      <summary>{counted(project.warningCount, 'entry was left out or changed', 'entries were left out or changed')}</summary>
      <ul className="grid max-h-60 gap-1 overflow-auto">
        {project.warnings.map((warning, index) => (
          <li key={index}>
            <span className="name">{visible(warning.path)}</span> {visible(warning.message)}
          </li>
        ))}
        {more > 0 && <li>and {count(more)} more</li>}
      </ul>
    </details>
  );
}

export function ChosenProject(props: { project: Project; leftOut: string[]; onRemove: () => void }) {
  const { project } = props;
  const [sure, setSure] = useState(false);
  const languages = useMemo(() => languageWords(languagesOf(project.files ?? [])), [project.files]);
  return (
    <div className="panel grid gap-1 p-3" data-testid="project">
      <h3 id="chosen-project" className="name font-semibold">
        {visible(project.name)}
      </h3>
      <p className="note">
        {counted(project.fileCount, 'file')}, {bytes(project.totalBytes)} · kept until {clock(project.expiresAt)}
      </p>
      {languages !== '' && (
        <p className="text-[13px]" data-testid="languages">
          {languages}
        </p>
      )}
      {project.root !== '' && (
        <p className="note">
          Its one top folder, <span className="name">{visible(project.root)}</span>, was taken off
        </p>
      )}
      {project.warningCount > 0 && <Warnings project={project} />}
      {props.leftOut.length > 0 && <p className="note">Left out: {props.leftOut.join(', ')}</p>}
      <p className="flex gap-2">
        {sure ? (
          <>
            <Button kind="danger" small onClick={props.onRemove}>
              Delete from the server
            </Button>
            <Button kind="quiet" small onClick={() => setSure(false)}>
              Keep
            </Button>
          </>
        ) : (
          <Button kind="quiet" small className="-ml-2" onClick={() => setSure(true)}>
            Delete…
          </Button>
        )}
      </p>
    </div>
  );
}
