// Announcements for screen readers.
import { useEffect, useState } from 'react';

const listeners = new Set<(text: string) => void>();

export function announce(text: string): void {
  listeners.forEach((listener) => listener(text));
}

export function Announcer() {
  const [text, setText] = useState('');
  useEffect(() => {
    listeners.add(setText);
    return () => {
      listeners.delete(setText);
    };
  }, []);
  return (
    <p role="status" aria-live="polite" className="sr-only">
      {text}
    </p>
  );
}
