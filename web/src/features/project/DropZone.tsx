import { useRef, useState } from 'react';
import { byId, focusSoon } from '../../app/focus';
import type { ServerLimits } from '../../api/types';
import { Button } from '../../ui/Button';
import { folderOfPicked, type Folder } from './folder';
import { limitsInWords } from './limits';
import { PasteText } from './PasteText';

export interface DropZoneProps {
  limits: ServerLimits | undefined;
  busy: boolean;
  onArchive: (file: File) => void;
  onFolder: (folder: Folder) => void;
  onFailure: (error: unknown) => void;
}

export function DropZone(props: DropZoneProps) {
  const [pasting, setPasting] = useState(false);
  const archive = useRef<HTMLInputElement>(null);
  const folder = useRef<HTMLInputElement>(null);

  const guarded = (work: () => void | Promise<void>): void => {
    Promise.resolve()
      .then(work)
      .catch((error: unknown) => props.onFailure(error));
  };
  return (
    <div
      data-testid="drop-zone"
      className="grid gap-2 rounded-lg border border-dashed border-line-strong bg-sheet p-4"
    >
      <p>Drop an archive, a folder or source files anywhere on the page, or choose</p>
      <p className="flex flex-wrap gap-2">
        <Button id="choose-archive" disabled={props.busy} onClick={() => archive.current?.click()}>
          Archive or file
        </Button>
        <Button disabled={props.busy} onClick={() => folder.current?.click()}>
          Folder
        </Button>
        <Button id="paste-text" disabled={props.busy} aria-expanded={pasting} onClick={() => setPasting(!pasting)}>
          Text
        </Button>
      </p>
      {pasting && (
        <PasteText
          busy={props.busy}
          onFile={props.onArchive}
          onClose={() => {
            setPasting(false);
            focusSoon(byId('paste-text'));
          }}
        />
      )}
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
