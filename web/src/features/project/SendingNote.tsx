import { Button } from '../../ui/Button';
import { ErrorNote } from '../../ui/ErrorNote';
import { visible } from '../../words/names';
import { bytes, count } from '../../words/quantities';
import type { Sending } from './useSending';

// The progress of an upload, in files and bytes, with a way to cancel it.
export function SendingNote({ sending, onCancel }: { sending: Sending; onCancel: () => void }) {
  if (sending.state === 'idle') return null;
  if (sending.state === 'failed') {
    return (
      <ErrorNote
        error={sending.error}
        what="Upload refused"
        {...(sending.retry ? { onRetry: sending.retry } : {})}
      />
    );
  }
  const packing = sending.state === 'packing';
  const [done, all] = packing ? [sending.files, sending.of] : [sending.sentBytes, sending.totalBytes];
  const sent = !packing && done >= all;
  const words = packing
    ? `Packing: ${count(done)} of ${count(all)} files`
    : sent
      ? 'Unpacking and checking on the server'
      : `${bytes(done)} of ${bytes(all)} sent`;
  return (
    <div className="panel grid gap-1.5 p-3" data-testid="sending">
      <p className="flex items-center gap-2">
        <span className="name min-w-0 flex-1 truncate font-medium">{visible(sending.name)}</span>
        <Button small onClick={onCancel}>
          Cancel
        </Button>
      </p>
      <progress className="h-1.5 w-full accent-accent" max={all} value={sent ? undefined : done} aria-label={words} />
      <p className="note tabular-nums" role="status">
        {words}
      </p>
    </div>
  );
}
