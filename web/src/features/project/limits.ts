// The server's limits, shown and checked before anything is sent.
import type { ServerLimits } from '../../api/types';
import { bytes, count, counted } from '../../words/quantities';
import type { Folder } from './folder';

export interface Upload {
  name: string;
  // For an archive: its size. For a folder: the size of all its files.
  totalBytes: number;
  files: { path: string; sizeBytes: number }[] | null;
}

export function limitsInWords(limits: ServerLimits): string {
  return `Up to ${bytes(limits.uploadBytes)} packed, ${bytes(limits.unpackedBytes)} unpacked, ${count(limits.archiveEntries)} entries, ${bytes(limits.fileBytes)} per file.`;
}

// Why the server would refuse it and what to do; null if it can be tried.
export function refusal(upload: Upload, limits: ServerLimits | undefined): string | null {
  if (upload.totalBytes === 0 && upload.files === null) return `${upload.name} is empty. Choose another archive.`;
  if (upload.files?.length === 0) return `${upload.name} contains no files. Choose another folder.`;
  if (!limits) return null;
  if (upload.files === null) {
    if (upload.totalBytes <= limits.uploadBytes) return null;
    return `${upload.name} is ${bytes(upload.totalBytes)}; the limit is ${bytes(limits.uploadBytes)}. Leave out what the tool does not need.`;
  }
  const entries = countEntries(upload.files.map((file) => file.path));
  if (entries > limits.archiveEntries) {
    return `${upload.name} has ${counted(entries, 'entry', 'entries')}; the limit is ${count(limits.archiveEntries)}. Choose a subfolder.`;
  }
  const large = upload.files.find((file) => file.sizeBytes > limits.fileBytes);
  if (large) {
    return `${large.path} is ${bytes(large.sizeBytes)}; the limit per file is ${bytes(limits.fileBytes)}. Leave it out.`;
  }
  if (upload.totalBytes > limits.unpackedBytes) {
    return `${upload.name} is ${bytes(upload.totalBytes)} in total; the limit is ${bytes(limits.unpackedBytes)}. Choose a subfolder.`;
  }
  return null;
}

// Files and their parent folders.
export function countEntries(paths: readonly string[]): number {
  const entries = new Set<string>();
  for (const path of paths) {
    for (let end = path.length; end > 0; end = path.lastIndexOf('/', end - 1)) entries.add(path.slice(0, end));
  }
  return entries.size;
}

export const uploadOf = (folder: Folder): Upload => {
  const files = folder.files.map(({ path, file }) => ({ path, sizeBytes: file.size }));
  return { name: folder.name, totalBytes: files.reduce((sum, file) => sum + file.sizeBytes, 0), files };
};

// A top folder or a file, which can be left out.
export interface FolderPart {
  path: string; // of a folder with a slash at its end
  files: number;
  sizeBytes: number;
  tooLarge: boolean; // over the limit for a file
}

const mostParts = 200;

// Files over their limit first, then what is largest.
export function partsOf({ files }: Folder, limits: ServerLimits): FolderPart[] {
  const parts = new Map<string, FolderPart>();
  for (const { path, file } of files) {
    const tooLarge = file.size > limits.fileBytes;
    const top = path.includes('/') && !tooLarge ? path.slice(0, path.indexOf('/') + 1) : path;
    const part = parts.get(top) ?? { path: top, files: 0, sizeBytes: 0, tooLarge };
    parts.set(top, { ...part, files: part.files + 1, sizeBytes: part.sizeBytes + file.size });
  }
  return [...parts.values()].sort((a, b) => Number(b.tooLarge) - Number(a.tooLarge) || b.sizeBytes - a.sizeBytes || b.files - a.files).slice(0, mostParts);
}

// The folder without some of its parts, which are then among what was left out.
export function without(folder: Folder, paths: readonly string[]): Folder {
  const exact = new Set(paths);
  const tops = paths.filter((path) => path.endsWith('/'));
  const files = folder.files.filter(({ path }) => !exact.has(path) && !tops.some((top) => path.startsWith(top)));
  return { ...folder, files, leftOut: [...new Set([...folder.leftOut, ...paths])].sort() };
}
