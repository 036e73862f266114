import { useEffect, useRef } from 'react';
import type { Found } from '../place';
import type { FoundWords } from './foundWidget';
import { SourceEditor, type SourceFile } from './SourceEditor';

export interface SourceViewProps {
  file: SourceFile;
  found: readonly Found[];
  current: Found | null;
  words: FoundWords;
}

// The source on the page. Loaded separately, so that CodeMirror is fetched only when a place is shown.
export default function SourceView({ file, found, current, words }: SourceViewProps) {
  const host = useRef<HTMLDivElement>(null);
  const editor = useRef<SourceEditor | null>(null);
  const latest = useRef(words);
  latest.current = words;
  useEffect(() => {
    if (!host.current) return;
    const made = new SourceEditor(host.current, {
      toolName: (one) => latest.current.toolName(one),
      help: (one) => latest.current.help(one),
      choose: (one) => latest.current.choose(one),
    });
    editor.current = made;
    return () => {
      editor.current = null;
      made.dispose();
    };
  }, []);
  useEffect(() => editor.current?.show(file, found, current), [file, found, current]);
  return <div ref={host} className="source-host h-[60vh] overflow-hidden rounded-md border border-line bg-sheet xl:h-[68vh]" data-testid="source" />;
}
