// Uploads with progress, which fetch cannot report.
import { authorization } from './client';
import { ApiError, errorOfAnswer, unreachable } from './errors';
import { keyGiven, wantKey } from './key';
import type { Project } from './types';

export interface UploadProgress {
  sentBytes: number;
  totalBytes: number;
}

// `folder`: the archive was made from a folder, which becomes the project unchanged. From any other archive,
// a single top folder is removed.
export type Origin = 'archive' | 'folder';

export async function uploadArchive(
  archive: Blob,
  name: string,
  origin: Origin,
  signal: AbortSignal,
  progress: (progress: UploadProgress) => void,
): Promise<Project> {
  for (;;) {
    try {
      return await send(archive, name, origin, signal, progress);
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 401) throw error;
      wantKey();
      await keyGiven();
    }
  }
}

function send(
  archive: Blob,
  name: string,
  origin: Origin,
  signal: AbortSignal,
  progress: (progress: UploadProgress) => void,
): Promise<Project> {
  return new Promise((resolve, reject) => {
    const call = new XMLHttpRequest();
    const body = new FormData();
    body.append('file', archive, name);
    call.open('POST', origin === 'folder' ? '/api/upload?keepRoot=true' : '/api/upload');
    for (const [field, value] of Object.entries(authorization())) call.setRequestHeader(field, value);
    call.upload.onprogress = ({ loaded, total }) => progress({ sentBytes: loaded, totalBytes: total });
    call.onload = () => {
      if (call.status === 201) resolve(JSON.parse(call.responseText) as Project);
      else reject(errorOfAnswer(call.status, call.responseText, call.getResponseHeader('Retry-After')));
    };
    call.onerror = () => reject(unreachable());
    call.onabort = () => reject(new DOMException('cancelled', 'AbortError'));
    signal.addEventListener('abort', () => call.abort(), { once: true });
    call.send(body);
  });
}
