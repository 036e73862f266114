import { useState } from 'react';
import { announce } from '../../app/announce';
import { asApiError, type ApiError } from '../../api/errors';
import { sharedAddress } from '../../api/share';
import { sharesApi } from '../../api/shares';
import { Button } from '../../ui/Button';
import { copyText } from '../../ui/copyText';
import { Dialog } from '../../ui/Dialog';
import { ErrorNote } from '../../ui/ErrorNote';
import { useAsync } from '../../ui/useAsync';
import { clock } from '../../words/quantities';
import { WhoSees } from './WhoSees';

const hourMs = 3_600_000;
const lifetimes: [string, number][] = [
  ['1 hour', hourMs],
  ['1 day', 24 * hourMs],
  ['7 days', 7 * 24 * hourMs],
  ['30 days', 30 * 24 * hourMs],
];

export default function ShareDialog({ subject, onClose }: { subject: string; onClose: () => void }) {
  const [lifetime, setLifetime] = useState(7 * 24 * hourMs);
  const [address, setAddress] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<ApiError | null>(null);
  const links = useAsync(`shares ${subject}`, (signal) => sharesApi.list(subject, signal));
  const what = subject.startsWith('chk_') ? 'check-up' : 'run';

  const attempt = async (act: () => Promise<void>): Promise<void> => {
    setBusy(true);
    setError(null);
    try {
      await act();
      links.reload();
    } catch (problem) {
      setError(asApiError(problem));
    } finally {
      setBusy(false);
    }
  };
  const create = (): Promise<void> =>
    attempt(async () => {
      const share = await sharesApi.create(subject, lifetime);
      setAddress(sharedAddress(subject, share.token));
      announce('Link created');
    });
  const revoke = (shareId: string): Promise<void> =>
    attempt(async () => {
      await sharesApi.revoke(shareId);
      setAddress(null);
      announce('Link revoked');
    });
  return (
    <Dialog title={`Share this ${what}`} onClose={onClose}>
      <div className="grid gap-3">
        <p>
          Anyone who has the link can read this {what}: its parameters, output, findings and files, without a key and from anywhere that reaches this server. They can
          change nothing, and see nothing else of yours.
        </p>
        <WhoSees />
        <div className="flex flex-wrap items-end gap-2">
          <label className="grid gap-1">
            <span className="label">Works for</span>
            <select className="field" value={lifetime} onChange={(event) => setLifetime(Number(event.target.value))}>
              {lifetimes.map(([text, ms]) => (
                <option key={ms} value={ms}>
                  {text}
                </option>
              ))}
            </select>
          </label>
          <Button kind="primary" disabled={busy} onClick={() => void create()}>
            Create link
          </Button>
        </div>
        <p className="note">But not longer than the server keeps the {what}.</p>
        {address !== null && <NewLink address={address} />}
        {error && <ErrorNote error={error} what="The server refused" />}
        {links.error && <ErrorNote error={links.error} what="The links could not be listed" onRetry={links.reload} />}
        {links.value && links.value.length > 0 && (
          <section aria-labelledby="links-title" className="grid gap-1">
            <h3 id="links-title" className="label">
              Links that work
            </h3>
            <ul className="grid max-h-48 gap-1 overflow-auto" data-testid="links">
              {links.value.map((link) => (
                <li key={link.shareId} className="flex flex-wrap items-center justify-between gap-2 text-sm">
                  <span>
                    Made {clock(link.createdAt)}, until {clock(link.expiresAt)}
                  </span>
                  <Button small kind="danger" disabled={busy} onClick={() => void revoke(link.shareId)} aria-label={`Revoke the link made ${clock(link.createdAt)}`}>
                    Revoke
                  </Button>
                </li>
              ))}
            </ul>
          </section>
        )}
        <p className="flex justify-end">
          <Button onClick={onClose}>Close</Button>
        </p>
      </div>
    </Dialog>
  );
}

// Shown once: the server keeps only its hash.
function NewLink({ address }: { address: string }) {
  const [copied, setCopied] = useState(false);
  const copy = async (): Promise<void> => {
    if (!(await copyText(address))) return;
    announce('Link copied');
    setCopied(true);
  };
  return (
    <div className="grid gap-1">
      <label className="grid gap-1">
        <span className="label">The link, shown only now</span>
        <input readOnly className="field min-w-0 font-mono text-[13px]" value={address} onFocus={(event) => event.target.select()} data-testid="share-link" />
      </label>
      <p>
        <Button small onClick={() => void copy()}>
          {copied ? 'Copied' : 'Copy the link'}
        </Button>
      </p>
    </div>
  );
}
