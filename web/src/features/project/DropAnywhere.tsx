import { useEffect, useState } from 'react';
import { navigate, type Place } from '../../app/router';
import { isTyping } from '../../app/shortcuts';
import { bring, ofDrop } from './incoming';
import { textFile } from './pastedText';

const hasFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes('Files') ?? false;

// The whole page takes what is dropped or pasted, whatever it shows.
export function DropAnywhere({ place }: { place: Place }) {
  const [over, setOver] = useState(false);
  const hasStep = place.page === 'new' || place.page === 'run' || place.page === 'preset';
  useEffect(() => {
    let leaving: ReturnType<typeof setTimeout> | undefined;
    const drag = (event: DragEvent): void => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      clearTimeout(leaving);
      setOver(true);
      // Some browsers tell nothing when the drag ends outside; they repeat dragover all the time, though.
      leaving = setTimeout(() => setOver(false), 700);
    };
    const take = (incoming: ReturnType<typeof ofDrop>): void => {
      if (!incoming) return;
      bring(incoming);
      if (!hasStep) navigate('/');
    };
    const drop = (event: DragEvent): void => {
      if (!hasFiles(event) || !event.dataTransfer) return;
      event.preventDefault();
      setOver(false);
      take(ofDrop(event.dataTransfer.items, event.dataTransfer.files));
    };
    const paste = (event: ClipboardEvent): void => {
      if (isTyping(event.target) || !event.clipboardData || document.querySelector('dialog[open]')) return;
      const { items, files } = event.clipboardData;
      const text = event.clipboardData.getData('text/plain');
      if (files.length > 0) take(ofDrop(items, files));
      else if (text.trim() !== '') take(Promise.resolve({ kind: 'archive', file: textFile(text) }));
      else return;
      event.preventDefault();
    };
    addEventListener('dragover', drag);
    addEventListener('drop', drop);
    addEventListener('paste', paste);
    return () => {
      clearTimeout(leaving);
      removeEventListener('dragover', drag);
      removeEventListener('drop', drop);
      removeEventListener('paste', paste);
    };
  }, [hasStep]);
  if (!over) return null;
  return (
    <div aria-hidden="true" data-testid="drop-anywhere" className="pointer-events-none fixed inset-0 z-50 grid place-items-center bg-paper/80 p-4">
      <p className="rounded-xl border-2 border-dashed border-accent bg-accent-soft px-8 py-6 text-lg font-semibold">Drop it anywhere to use it as the project</p>
    </div>
  );
}
