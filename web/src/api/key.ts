// The API key, if the server requires one: for this tab, or stored for later visits.
const name = 'glovebox.key';
type Listener = () => void;

const listeners = new Set<Listener>();
let wanted = false;
let refused = false;
let waiting: Listener[] = [];

export function apiKey(): string | null {
  return sessionStorage.getItem(name) ?? localStorage.getItem(name);
}

export function setApiKey(key: string, keep: boolean): void {
  forgetApiKey();
  (keep ? localStorage : sessionStorage).setItem(name, key);
  wanted = false;
  tell();
  const resumed = waiting;
  waiting = [];
  resumed.forEach((resume) => resume());
}

export function forgetApiKey(): void {
  sessionStorage.removeItem(name);
  localStorage.removeItem(name);
}

// Whether the last response was a 401: the page then asks for a key.
export const keyWanted = (): boolean => wanted;

// Whether a key had been sent with that request.
export const keyRefused = (): boolean => refused;

export function wantKey(): void {
  if (wanted) return;
  wanted = true;
  refused = apiKey() !== null;
  tell();
}

// Resolves when a key was entered.
export function keyGiven(): Promise<void> {
  if (!wanted) return Promise.resolve();
  return new Promise((resolve) => waiting.push(resolve));
}

export function onKeyChange(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function tell(): void {
  listeners.forEach((listener) => listener());
}
