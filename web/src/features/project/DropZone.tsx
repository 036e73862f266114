import { useRef, useState, type DragEvent } from 'react';
import type { ServerLimits } from '../../api/types';
import { Button } from '../../ui/Button';
import { folderOfDropped, folderOfPicked, type Folder } from './folder';
import { limitsInWords } from './limits';

export interface DropZoneProps {
  limits: ServerLimits | undefined;
  busy: boolean;
  onArchive: (file: File) => void;
  onFolder: (folder: Folder) => void;
  onFailure: (error: unknown) => void;
}

export function DropZone(props: DropZoneProps) {
  const [over, setOver] = useState(false);
  const archive = useRef<HTMLInputElement>(null);
  const folder = useRef<HTMLInputElement>(null);

  const guarded = (work: () => void | Promise<void>): void => {
    Promise.resolve()
      .then(work)
      .catch((error: unknown) => props.onFailure(error));
  };
  const drop = (event: DragEvent): void => {
    event.preventDefault();
    setOver(false);
    const item = event.dataTransfer.items[0];
    const entry = item?.webkitGetAsEntry?.() ?? null;
    const file = event.dataTransfer.files[0];
    if (event.dataTransfer.items.length > 1) {
      return props.onFailure(new Error('Several items were dropped. Drop one archive, or one folder that contains them all.'));
    }
    guarded(async () => {
      if (entry?.isDirectory) props.onFolder(await folderOfDropped(entry as FileSystemDirectoryEntry));
      else if (file) props.onArchive(file);
    });
  };
  return (
    <div
      data-testid="drop-zone"
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
      className={`grid gap-2 rounded-lg border border-dashed p-4 ${over ? 'border-accent bg-accent-soft' : 'border-line-strong bg-sheet'}`}
    >
      <p>Drop an archive, a folder or a source file here, or choose</p>
      <p className="flex flex-wrap gap-2">
        <Button id="choose-archive" disabled={props.busy} onClick={() => archive.current?.click()}>
          An archive or a file
        </Button>
        <Button disabled={props.busy} onClick={() => folder.current?.click()}>
          A folder
        </Button>
      </p>
      <p className="note">
        Zip, tar, tar.gz, tar.bz2, tar.xz or tar.zst; a folder is packed in this browser.{' '}
        {props.limits && limitsInWords(props.limits)}
      </p>
      <input
        ref={archive}
        type="file"
        hidden
        aria-label="Archive"
        data-testid="archive-input"
        onChange={({ target }) => {
          const file = target.files?.[0];
          if (file) props.onArchive(file);
          target.value = '';
        }}
      />
      <input
        ref={(input) => {
          folder.current = input;
          input?.setAttribute('webkitdirectory', '');
        }}
        type="file"
        hidden
        multiple
        aria-label="Folder"
        data-testid="folder-input"
        onChange={({ target }) => {
          const files = [...(target.files ?? [])];
          guarded(() => props.onFolder(folderOfPicked(files)));
          target.value = '';
        }}
      />
    </div>
  );
}
