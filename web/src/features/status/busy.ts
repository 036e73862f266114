// What the shown page itself knows of running and waiting runs. The status line is never behind it.
export interface Busy {
  running: number;
  waiting: number;
}

const idle: Busy = { running: 0, waiting: 0 };
let seen = idle;
let ended = 0; // when runs of the page last ended, as Date.now() has it
const listeners = new Set<() => void>();

export const seenBusy = (): Busy => seen;
export function onBusy(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

// A page tells it as it changes, and that it knows nothing more when it is left.
export function tellBusy(running: number, waiting: number): void {
  if (seen.running === running && seen.waiting === waiting) return;
  if (running < seen.running) ended = Date.now();
  seen = { running, waiting };
  listeners.forEach((listener) => listener());
}

// What the server said at `at`, with what the page has seen since.
export function merged(told: Busy, at: number, own: Busy = seen, endedAt: number = ended): Busy {
  const running = endedAt > at ? told.running - 1 : told.running;
  return { running: Math.max(0, own.running, running), waiting: Math.max(own.waiting, told.waiting) };
}

export function busyWords({ running, waiting }: Busy): string {
  const parts = [running > 0 ? `${running} running` : '', waiting > 0 ? `${waiting} waiting` : ''].filter(Boolean);
  return parts.length === 0 ? 'idle' : parts.join(', ');
}
