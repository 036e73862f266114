import type { Folder } from './folder';
import type { ZipMessage } from './zipWorker';

// A zip of the folder, created by a worker. Aborting ends the worker.
export function zipFolder(folder: Folder, signal: AbortSignal, progress: (files: number) => void): Promise<Blob> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./zipWorker.ts', import.meta.url), { type: 'module' });
    const end = (): void => worker.terminate();
    signal.addEventListener('abort', () => {
      end();
      reject(new DOMException('cancelled', 'AbortError'));
    });
    worker.onerror = () => {
      end();
      reject(new Error('The folder could not be packed in this browser. Pack it yourself and upload the archive.'));
    };
    worker.onmessage = ({ data }: MessageEvent<ZipMessage>) => {
      if (data.kind === 'progress') return progress(data.files);
      end();
      if (data.kind === 'done') resolve(data.archive);
      else reject(new Error(`The folder could not be read: ${data.message}`));
    };
    worker.postMessage(folder.files);
  });
}
