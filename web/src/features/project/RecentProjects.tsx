import { useState } from 'react';
import { visible } from '../../words/names';
import { bytes, counted } from '../../words/quantities';
import { recentProjects } from './recentProjects';

export function RecentProjects({ onChoose }: { onChoose: (projectId: string) => void }) {
  const [projects] = useState(recentProjects);
  if (projects.length === 0) return null;
  return (
    <div>
      <h3 className="note mb-1 font-medium">Recent projects</h3>
      <ul className="grid grid-cols-[minmax(0,1fr)]">
        {projects.slice(0, 5).map((project) => (
          <li key={project.projectId}>
            <button
              type="button"
              onClick={() => onChoose(project.projectId)}
              className="flex w-full items-baseline gap-2 rounded px-2 py-1 text-left hover:bg-sunken"
            >
              <span className="name min-w-0 flex-1 truncate">{visible(project.name)}</span>
              <span className="note whitespace-nowrap">
                {counted(project.fileCount, 'file')}, {bytes(project.totalBytes)}
              </span>
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}
