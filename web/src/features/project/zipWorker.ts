// Packs files into a zip, one after the other, outside the page's thread.
import { Zip, ZipDeflate } from 'fflate';
import type { FolderFile } from './folder';

export type ZipMessage =
  | { kind: 'progress'; files: number }
  | { kind: 'done'; archive: Blob }
  | { kind: 'failed'; message: string };

const post = (message: ZipMessage): void => postMessage(message);

async function pack(files: FolderFile[]): Promise<Blob> {
  const pieces: BlobPart[] = [];
  let failure: Error | null = null;
  const zip = new Zip((error, piece) => {
    if (error) failure = error;
    else pieces.push(piece as Uint8Array<ArrayBuffer>);
  });
  for (const [index, { path, file }] of files.entries()) {
    const entry = new ZipDeflate(path, { level: 6 });
    entry.mtime = file.lastModified || Date.now();
    zip.add(entry);
    const reader = file.stream().getReader();
    for (;;) {
      const { done, value } = await reader.read();
      entry.push(value ?? new Uint8Array(0), done);
      if (done) break;
    }
    if (failure) throw failure;
    post({ kind: 'progress', files: index + 1 });
  }
  zip.end();
  if (failure) throw failure;
  return new Blob(pieces, { type: 'application/zip' });
}

onmessage = ({ data }: MessageEvent<FolderFile[]>) => {
  pack(data).then(
    (archive) => post({ kind: 'done', archive }),
    (error: unknown) => post({ kind: 'failed', message: error instanceof Error ? error.message : String(error) }),
  );
};
