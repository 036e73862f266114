import { useState, useSyncExternalStore, type FormEvent } from 'react';
import { keyRefused, keyWanted, onKeyChange, setApiKey } from '../api/key';
import { signInAddress, useSession } from '../api/session';
import { Button } from '../ui/Button';
import { Dialog } from '../ui/Dialog';

// Asks for an API key after the server has returned 401. The request is then repeated with the key.
export function KeyGate() {
  const wanted = useSyncExternalStore(onKeyChange, keyWanted);
  const [key, setKey] = useState('');
  const [keep, setKeep] = useState(false);
  const signInUrl = useSession()?.signInUrl ?? null;
  if (!wanted) return null;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (key.trim() === '') return;
    setApiKey(key.trim(), keep);
    setKey('');
  };
  return (
    <Dialog title={signInUrl === null ? 'This server requires an API key' : 'Sign in'} onClose={() => undefined}>
      <form onSubmit={submit} className="grid gap-3">
        {keyRefused() && (
          <p role="alert" className="text-bad">
            That key was not accepted. It may be mistyped, removed or expired.
          </p>
        )}
        {signInUrl !== null && (
          <>
            <a
              href={signInAddress(signInUrl)}
              className="rounded-md border border-transparent bg-accent px-3.5 py-1.5 text-center font-semibold text-accent-ink hover:brightness-110"
            >
              Sign in with your account
            </a>
            <p className="note">Or use an API key:</p>
          </>
        )}
        <p className="note">Ask the server's operator for a key. It is sent to this server only.</p>
        <label className="grid gap-1">
          <span className="label">API key</span>
          <input
            type="password"
            autoComplete="off"
            className="field font-mono"
            value={key}
            onChange={(event) => setKey(event.target.value)}
          />
        </label>
        <label className="flex items-center gap-2 text-sm">
          <input type="checkbox" checked={keep} onChange={(event) => setKeep(event.target.checked)} />
          Keep it in this browser; otherwise it goes with this tab
        </label>
        <Button kind="primary" type="submit" disabled={key.trim() === ''}>
          Use this key
        </Button>
      </form>
    </Dialog>
  );
}
