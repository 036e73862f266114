// Paths as a tree, folders first.
import type { ProjectFile } from '../../api/types';

export interface TreeFolder {
  name: string;
  path: string;
  folders: TreeFolder[];
  files: ProjectFile[];
}

export function treeOf(files: readonly ProjectFile[]): TreeFolder {
  const root: TreeFolder = { name: '', path: '', folders: [], files: [] };
  const known = new Map([['', root]]);
  const folderAt = (path: string): TreeFolder => {
    const found = known.get(path);
    if (found) return found;
    const cut = path.lastIndexOf('/');
    const folder = { name: path.slice(cut + 1), path, folders: [], files: [] };
    known.set(path, folder);
    folderAt(cut < 0 ? '' : path.slice(0, cut)).folders.push(folder);
    return folder;
  };
  for (const file of files) {
    const cut = file.path.lastIndexOf('/');
    folderAt(cut < 0 ? '' : file.path.slice(0, cut)).files.push(file);
  }
  for (const folder of known.values()) {
    folder.folders.sort((a, b) => a.name.localeCompare(b.name));
    folder.files.sort((a, b) => a.path.localeCompare(b.path));
  }
  return root;
}
