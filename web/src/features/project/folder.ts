// The files of a chosen or dropped folder, with their paths inside it.

export interface FolderFile {
  path: string;
  file: File;
}

export interface Folder {
  name: string;
  files: FolderFile[];
  // Names of folders that no tool needs, and how many there were.
  leftOut: string[];
}

// More than any server accepts; a scan of a whole disk stops here.
const mostFiles = 50_000;
const unwantedFolders = new Set(['.git', 'node_modules', '.hg', '.svn', '__pycache__']);
const unwantedFiles = new Set(['.DS_Store', 'Thumbs.db']);

export function folderOfPicked(list: Iterable<File>): Folder {
  const files = [...list].map((file) => ({ path: file.webkitRelativePath || file.name, file }));
  const name = files[0]?.path.split('/')[0] ?? 'folder';
  return sift(name, files.map(({ path, file }) => ({ path: path.slice(path.indexOf('/') + 1), file })));
}

export function sift(name: string, all: FolderFile[]): Folder {
  const leftOut = new Set<string>();
  const files = all.filter(({ path }) => {
    const parts = path.split('/');
    const unwanted = parts.find((part, i) => (i < parts.length - 1 ? unwantedFolders : unwantedFiles).has(part));
    if (unwanted !== undefined) leftOut.add(unwanted);
    return unwanted === undefined;
  });
  if (files.length > mostFiles) throw new Error(`${name} contains more than ${mostFiles} files. Choose a subfolder.`);
  return { name, files, leftOut: [...leftOut].sort() };
}

export async function folderOfDropped(entry: FileSystemDirectoryEntry): Promise<Folder> {
  const files: FolderFile[] = [];
  const leftOut = new Set<string>();
  await walk(entry, '', files, leftOut);
  const sifted = sift(entry.name, files);
  return { ...sifted, leftOut: [...new Set([...leftOut, ...sifted.leftOut])].sort() };
}

// Several files and folders that were dropped together.
export async function folderOfLoose(entries: readonly FileSystemEntry[]): Promise<Folder> {
  const files: FolderFile[] = [];
  const leftOut = new Set<string>();
  for (const entry of entries) {
    if (entry.isDirectory && !unwantedFolders.has(entry.name)) await walk(entry as FileSystemDirectoryEntry, `${entry.name}/`, files, leftOut);
    else if (entry.isDirectory) leftOut.add(entry.name);
    else files.push({ path: entry.name, file: await fileOf(entry as FileSystemFileEntry) });
  }
  const sifted = sift('files', files);
  return { ...sifted, leftOut: [...new Set([...leftOut, ...sifted.leftOut])].sort() };
}

async function walk(
  folder: FileSystemDirectoryEntry,
  prefix: string,
  into: FolderFile[],
  leftOut: Set<string>,
): Promise<void> {
  for (const entry of await entriesOf(folder)) {
    const path = prefix + entry.name;
    if (entry.isDirectory) {
      if (unwantedFolders.has(entry.name)) leftOut.add(entry.name);
      else await walk(entry as FileSystemDirectoryEntry, `${path}/`, into, leftOut);
    } else {
      if (into.length >= mostFiles) throw new Error(`The folder contains more than ${mostFiles} files. Choose a subfolder.`);
      into.push({ path, file: await fileOf(entry as FileSystemFileEntry) });
    }
  }
}

// Browsers return a folder's entries in groups of a hundred.
async function entriesOf(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader();
  const all: FileSystemEntry[] = [];
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (some.length === 0) return all;
    all.push(...some);
  }
}

const fileOf = (entry: FileSystemFileEntry): Promise<File> =>
  new Promise((resolve, reject) => entry.file(resolve, reject));
