import { useMemo } from 'react';
import type { ProjectFile } from '../../api/types';
import { fileName, visible } from '../../words/names';
import { bytes } from '../../words/quantities';
import { treeOf, type TreeFolder } from './fileTree';

export interface FileTreeProps {
  files: readonly ProjectFile[];
  chosen: string | null;
  onChoose: (file: ProjectFile) => void;
}

export function FileTree(props: FileTreeProps) {
  const tree = useMemo(() => treeOf(props.files), [props.files]);
  return <Level folder={tree} open={props.files.length <= 60} {...props} />;
}

function Level({ folder, open, ...props }: FileTreeProps & { folder: TreeFolder; open: boolean }) {
  return (
    <ul className="grid text-[13px]">
      {folder.folders.map((inner) => (
        <li key={inner.path}>
          <details open={open}>
            <summary className="name rounded px-1.5 py-0.5 hover:bg-sunken">{visible(inner.name)}</summary>
            <div className="ml-2 border-l border-line pl-2">
              <Level folder={inner} open={open} {...props} />
            </div>
          </details>
        </li>
      ))}
      {folder.files.map((file) => (
        <li key={file.path}>
          <button
            type="button"
            aria-current={file.path === props.chosen ? 'true' : undefined}
            onClick={() => props.onChoose(file)}
            className="flex w-full items-baseline gap-2 rounded px-1.5 py-0.5 text-left hover:bg-sunken aria-[current]:bg-accent-soft"
          >
            <span className="name min-w-0 flex-1">{visible(fileName(file.path))}</span>
            <span className="text-xs whitespace-nowrap text-muted">{bytes(file.sizeBytes)}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}
