// Data that the browser stores for this page. If storage is full or forbidden, nothing is stored.
export function readStored<T>(storage: Storage, name: string, otherwise: T): T {
  try {
    const text = storage.getItem(name);
    return text === null ? otherwise : (JSON.parse(text) as T);
  } catch {
    return otherwise;
  }
}

export function writeStored(storage: Storage, name: string, value: unknown): void {
  try {
    storage.setItem(name, JSON.stringify(value));
  } catch {
    // Not kept.
  }
}
