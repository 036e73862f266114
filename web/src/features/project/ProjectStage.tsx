import { useState } from 'react';
import { api } from '../../api/client';
import type { Project, ProjectFile } from '../../api/types';
import { visible } from '../../words/names';
import { FileTree } from './FileTree';
import { FileView } from './FileView';

// The chosen project, before anything runs: its files and their content.
export function ProjectStage({ project }: { project: Project }) {
  const files = project.files ?? [];
  const [chosen, setChosen] = useState<ProjectFile | null>(() => files.find((file) => /readme/i.test(file.path)) ?? files[0] ?? null);
  return (
    <section aria-labelledby="files-title" className="grid min-w-0 content-start gap-3">
      <h1 id="files-title" className="name text-xl font-semibold">
        {visible(project.name)}
      </h1>
      <div className="grid gap-4 xl:grid-cols-[18rem_minmax(0,1fr)]">
        <nav aria-label="Files of the project" className="panel max-h-[75vh] self-start overflow-auto p-2">
          <FileTree files={files} chosen={chosen?.path ?? null} onChoose={setChosen} />
        </nav>
        {chosen && (
          <FileView key={chosen.path} path={chosen.path} url={api.projectFilePath(project.projectId, chosen.path)} sizeBytes={chosen.sizeBytes} />
        )}
      </div>
    </section>
  );
}
