// The tree of files with findings as rows, so that only the rows on the screen are drawn.
import type { Found } from './place';

export type Row =
  | { kind: 'folder'; id: string; depth: number; name: string; path: string; count: number; open: boolean }
  | { kind: 'file'; id: string; depth: number; name: string; path: string | null; count: number; open: boolean }
  | { kind: 'finding'; id: string; depth: number; found: Found };

// Rows that the user has opened (true) or closed (false), by id.
export type Opened = ReadonlyMap<string, boolean>;

export const folderId = (path: string): string => `d:${path}`;
export const fileId = (path: string | null): string => (path === null ? 'n:' : `f:${path}`);
export const findingId = (found: Found): string => `x:${found.id}`;

// Up to this number all files are initially open.
const mostOpen = 200;

// `list` is in the order of inOrder.
export function rowsOf(list: readonly Found[], opened: Opened): Row[] {
  const counts = folderCounts(list);
  const filesOpen = list.length <= mostOpen;
  const rows: Row[] = [];
  let folders: string[] = []; // the path of open folders
  for (let at = 0; at < list.length; ) {
    const path = list[at]?.path ?? null;
    let end = at;
    while (end < list.length && (list[end]?.path ?? null) === path) end += 1;
    const parts = path === null ? [] : path.split('/');
    const inFolders = parts.slice(0, -1);
    let visible = true;
    inFolders.forEach((name, depth) => {
      const folder = inFolders.slice(0, depth + 1).join('/');
      const open = opened.get(folderId(folder)) ?? true;
      const known = folders[depth] === folder;
      if (visible && !known) {
        rows.push({ kind: 'folder', id: folderId(folder), depth, name, path: folder, count: counts.get(folder) ?? 0, open });
      }
      visible = visible && open;
    });
    folders = inFolders.map((_, depth) => inFolders.slice(0, depth + 1).join('/'));
    if (visible) {
      const open = opened.get(fileId(path)) ?? filesOpen;
      const depth = inFolders.length;
      rows.push({ kind: 'file', id: fileId(path), depth, name: parts[parts.length - 1] ?? '', path, count: end - at, open });
      if (open) {
        for (const found of list.slice(at, end)) rows.push({ kind: 'finding', id: findingId(found), depth: depth + 1, found });
      }
    }
    at = end;
  }
  return rows;
}

function folderCounts(list: readonly Found[]): Map<string, number> {
  const files = new Map<string, number>();
  for (const { path } of list) if (path !== null) files.set(path, (files.get(path) ?? 0) + 1);
  const counts = new Map<string, number>();
  for (const [path, count] of files) {
    for (let cut = path.lastIndexOf('/'); cut > 0; cut = path.lastIndexOf('/', cut - 1)) {
      const folder = path.slice(0, cut);
      counts.set(folder, (counts.get(folder) ?? 0) + count);
    }
  }
  return counts;
}

// Opens all folders above a finding, so that it has a row.
export function revealed(opened: Opened, found: Found): Opened {
  const ids = [fileId(found.path)];
  const path = found.path ?? '';
  for (let cut = path.lastIndexOf('/'); cut > 0; cut = path.lastIndexOf('/', cut - 1)) ids.push(folderId(path.slice(0, cut)));
  if (ids.every((id) => opened.get(id) === true)) return opened;
  return new Map([...opened, ...ids.map((id) => [id, true] as const)]);
}
