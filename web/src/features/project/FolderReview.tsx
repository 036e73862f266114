import { useMemo, useState } from 'react';
import type { ServerLimits } from '../../api/types';
import { Button } from '../../ui/Button';
import { visible } from '../../words/names';
import { bytes, counted } from '../../words/quantities';
import type { Folder } from './folder';
import { partsOf, refusal, uploadOf, without } from './limits';

export interface FolderReviewProps {
  folder: Folder;
  limits: ServerLimits;
  onSend: (folder: Folder) => void;
  onCancel: () => void;
}

// A folder that is over a limit: its parts with a tick each, to go on without them.
export function FolderReview({ folder, limits, onSend, onCancel }: FolderReviewProps) {
  const parts = useMemo(() => partsOf(folder, limits), [folder, limits]);
  const [out, setOut] = useState<ReadonlySet<string>>(() => new Set(parts.filter(({ tooLarge }) => tooLarge).map(({ path }) => path)));
  const left = useMemo(() => without(folder, [...out]), [folder, out]);
  const why = refusal(uploadOf(folder), limits);
  const still = refusal(uploadOf(left), limits);
  const toggle = (path: string): void => setOut((old) => new Set(old.has(path) ? [...old].filter((one) => one !== path) : [...old, path]));
  return (
    <form
      className="grid gap-3 rounded-lg border border-bad bg-sheet p-3"
      aria-labelledby="review-title"
      data-testid="folder-review"
      onSubmit={(event) => {
        event.preventDefault();
        if (still === null) onSend(left);
      }}
    >
      <div role="alert">
        <h3 id="review-title" className="font-semibold">
          The folder is over a limit
        </h3>
        <p className="name mt-0.5 text-sm">{why}</p>
      </div>
      <fieldset className="grid gap-1">
        <legend className="label mb-1">Go on without</legend>
        <ul className="grid max-h-64 gap-0.5 overflow-auto">
          {parts.map(({ path, files, sizeBytes, tooLarge }) => (
            <li key={path}>
              <label className="flex items-baseline gap-2 rounded px-1 py-0.5 text-[13px] hover:bg-sunken">
                <input type="checkbox" className="translate-y-0.5" checked={out.has(path)} onChange={() => toggle(path)} />
                <span className="name min-w-0 flex-1">{visible(path)}</span>
                <span className={`shrink-0 tabular-nums ${tooLarge ? 'text-bad' : 'text-muted'}`}>
                  {files > 1 ? `${counted(files, 'file')}, ` : ''}
                  {bytes(sizeBytes)}
                </span>
              </label>
            </li>
          ))}
        </ul>
      </fieldset>
      <p role="status" className="note name" data-testid="review-result">
        {still === null ? `${counted(left.files.length, 'file')}, ${bytes(uploadOf(left).totalBytes)} will be sent.` : still}
      </p>
      <p className="flex flex-wrap gap-2">
        <Button kind="primary" type="submit" disabled={still !== null}>
          Go on without {counted(out.size, 'entry', 'entries')}
        </Button>
        <Button kind="quiet" onClick={onCancel}>
          Cancel
        </Button>
      </p>
    </form>
  );
}
