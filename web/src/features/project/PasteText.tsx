import { useId, useState } from 'react';
import { Button } from '../../ui/Button';
import { nameOfText, textFile } from './pastedText';

// A text that is typed or pasted becomes a project of one file.
export function PasteText({ busy, onFile, onClose }: { busy: boolean; onFile: (file: File) => void; onClose: () => void }) {
  const [text, setText] = useState('');
  const [name, setName] = useState<string | null>(null);
  const id = useId();
  const shown = name ?? (text === '' ? '' : nameOfText(text));
  const usable = text.trim() !== '' && /^[^/\\]{1,200}$/.test(shown.trim());
  return (
    <form
      className="grid gap-2 rounded-md border border-line bg-paper p-3"
      onSubmit={(event) => {
        event.preventDefault();
        if (usable && !busy) onFile(textFile(text, shown.trim()));
      }}
    >
      <label className="label" htmlFor={`${id}text`}>
        Text of the file
      </label>
      <textarea id={`${id}text`} autoFocus rows={8} spellCheck={false} className="field font-mono text-[13px]" value={text} onChange={(event) => setText(event.target.value)} />
      <label className="label" htmlFor={`${id}name`}>
        File name
      </label>
      <input id={`${id}name`} className="field font-mono text-[13px]" placeholder="main.py" value={shown} onChange={(event) => setName(event.target.value)} />
      <p className="flex flex-wrap gap-2">
        <Button type="submit" disabled={!usable || busy}>
          Use this text
        </Button>
        <Button kind="quiet" onClick={onClose}>
          Cancel
        </Button>
      </p>
    </form>
  );
}
