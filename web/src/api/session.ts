// Who the server takes the user for, and where to sign in and out.
import { useSyncExternalStore } from 'react';
import { authorization } from './client';
import { apiKey, forgetApiKey, keyWanted, onKeyChange } from './key';
import { isShared } from './share';

export interface Session {
  client: string;
  name: string | null;
  signInUrl: string | null;
  signOutUrl: string | null;
}

let session: Session | null = null;
let asked = false;
const listeners = new Set<() => void>();

async function ask(): Promise<void> {
  // A link says nothing about its reader.
  if (isShared()) return;
  try {
    const response = await fetch('/api/session', { headers: authorization(), cache: 'no-store' });
    if (!response.ok) return;
    session = (await response.json()) as Session;
    listeners.forEach((listener) => listener());
  } catch {
    // The page's other requests report that the server cannot be reached.
  }
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  if (!asked) {
    asked = true;
    onKeyChange(() => !keyWanted() && void ask());
    void ask();
  }
  return () => listeners.delete(listener);
}

// Null until the server has answered.
export const useSession = (): Session | null => useSyncExternalStore(subscribe, () => session);

// Leads back to this page.
export const signInAddress = (url: string): string =>
  `${url}?return=${encodeURIComponent(location.pathname + location.search)}`;

// Whether the user is known by an API key, which this browser can forget.
export const hasKey = ({ client }: Session): boolean => client.startsWith('key:') && apiKey() !== null;

// Null: only the key is forgotten.
export async function signOut(url: string | null): Promise<void> {
  forgetApiKey();
  if (url !== null) await fetch(url, { method: 'POST' });
  location.assign('/');
}
