// What was dropped or pasted anywhere on the page, until the first step takes it.
import { folderOfDropped, folderOfLoose, type Folder } from './folder';

export type Incoming = { kind: 'archive'; file: File } | { kind: 'folder'; folder: Folder };

let waiting: Promise<Incoming> | null = null;
const listeners = new Set<() => void>();

export function onIncoming(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function bring(incoming: Promise<Incoming>): void {
  incoming.catch(() => undefined); // the error is for the part that takes it
  waiting = incoming;
  listeners.forEach((listener) => listener());
}

export function takeIncoming(): Promise<Incoming> | null {
  const taken = waiting;
  waiting = null;
  return taken;
}

const archive = /\.(zip|jar|tar|tgz|tbz2?|txz|tzst|gz|bz2|xz|zst|7z|rar)$/i;

// One archive or file is sent as it is; one folder, or several files and folders, are a folder. Call it in the event: the
// browser forgets the items after it.
export function ofDrop(items: DataTransferItemList, files: FileList): Promise<Incoming> | null {
  const entries = [...items].map((item) => (item.kind === 'file' ? (item.webkitGetAsEntry?.() ?? null) : null));
  const dropped = [...files];
  const [entry] = entries;
  const [file] = dropped;
  if (dropped.length === 0 || !file) return null;
  if (entries.length <= 1 && entry?.isDirectory) return asFolder(folderOfDropped(entry as FileSystemDirectoryEntry));
  if (dropped.length === 1) return Promise.resolve({ kind: 'archive', file });
  if (dropped.some(({ name }) => archive.test(name))) {
    return Promise.reject(new Error('Several items were dropped, and archives are among them. Drop one archive, or files and folders.'));
  }
  return asFolder(folderOfLoose(entries.filter((one) => one !== null)));
}

const asFolder = async (folder: Promise<Folder>): Promise<Incoming> => ({ kind: 'folder', folder: await folder });
