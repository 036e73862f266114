// Sends a project: packs it if it is a folder, then uploads it.
import { useCallback, useRef, useState } from 'react';
import { announce } from '../../app/announce';
import { ApiError, asApiError, isAbort } from '../../api/errors';
import type { Project, ServerLimits } from '../../api/types';
import { uploadArchive, type Origin } from '../../api/upload';
import type { Folder } from './folder';
import { refusal, uploadOf, type Upload } from './limits';
import { zipFolder } from './zipFolder';

export type Sending =
  | { state: 'idle' }
  | { state: 'packing'; name: string; files: number; of: number }
  | { state: 'uploading'; name: string; sentBytes: number; totalBytes: number }
  | { state: 'failed'; error: ApiError; retry: (() => void) | null };

export interface Sender {
  sending: Sending;
  sendArchive: (file: File) => void;
  sendFolder: (folder: Folder) => void;
  // For actions without an upload: an example, a folder that must be read first.
  attempt: (what: () => Promise<Project>) => void;
  fail: (error: unknown) => void;
  cancel: () => void;
}

const refused = (message: string): ApiError => new ApiError({ status: -1, type: 'UserError', message });

export function useSending(limits: ServerLimits | undefined, onProject: (project: Project) => void): Sender {
  const [sending, setSending] = useState<Sending>({ state: 'idle' });
  const abort = useRef<AbortController | null>(null);

  const start = useCallback(
    (upload: Upload | null, work: (signal: AbortSignal) => Promise<Project>) => {
      abort.current?.abort();
      const no = upload && refusal(upload, limits);
      if (no) return setSending({ state: 'failed', error: refused(no), retry: null });
      const mine = new AbortController();
      abort.current = mine;
      const attempt = (): void => {
        setSending({ state: 'idle' });
        work(mine.signal).then(
          (project) => {
            setSending({ state: 'idle' });
            announce(`Project ${project.name} is ready`);
            onProject(project);
          },
          (error: unknown) => {
            if (isAbort(error)) setSending({ state: 'idle' });
            else setSending({ state: 'failed', error: asApiError(error), retry: attempt });
          },
        );
      };
      attempt();
    },
    [limits, onProject],
  );

  const upload = (archive: Blob, name: string, origin: Origin, signal: AbortSignal): Promise<Project> => {
    setSending({ state: 'uploading', name, sentBytes: 0, totalBytes: archive.size });
    return uploadArchive(archive, name, origin, signal, (progress) => setSending({ state: 'uploading', name, ...progress }));
  };

  return {
    sending,
    sendArchive: (file) =>
      start({ name: file.name, totalBytes: file.size, files: null }, (signal) => upload(file, file.name, 'archive', signal)),
    sendFolder: (folder) => {
      start(uploadOf(folder), async (signal) => {
        const of = folder.files.length;
        setSending({ state: 'packing', name: folder.name, files: 0, of });
        const archive = await zipFolder(folder, signal, (done) =>
          setSending({ state: 'packing', name: folder.name, files: done, of }),
        );
        return upload(archive, `${folder.name}.zip`, 'folder', signal);
      });
    },
    attempt: (what) => start(null, what),
    fail: (error) => setSending({ state: 'failed', error: asApiError(error), retry: null }),
    cancel: () => {
      abort.current?.abort();
      setSending((old) => (old.state === 'failed' ? { state: 'idle' } : old));
    },
  };
}
