import { useEffect, useRef, useState, type RefObject } from 'react';
import { Button } from '../../../ui/Button';
import { foundWords } from './foundWords';
import type { LogTerminal } from './LogTerminal';

export function SearchBar(props: {
  log: RefObject<LogTerminal | null>;
  found: { place: number; of: number };
  // Whether all output is searched.
  complete: boolean;
  onClose: () => void;
}) {
  const { log, found } = props;
  const [text, setText] = useState('');
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    input.current?.focus();
    return () => log.current?.find('', 'next');
  }, [log]);
  return (
    <div role="search" className="flex flex-wrap items-center gap-2">
      <input
        ref={input}
        type="search"
        aria-label="Search the output"
        placeholder="Search the output"
        className="field max-w-72"
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          log.current?.find(event.target.value, 'next', true);
        }}
        onKeyDown={(event) => {
          if (event.key === 'Enter') log.current?.find(text, event.shiftKey ? 'previous' : 'next');
          if (event.key === 'Escape') props.onClose();
        }}
      />
      <Button small onClick={() => log.current?.find(text, 'previous')}>
        Previous
      </Button>
      <Button small onClick={() => log.current?.find(text, 'next')}>
        Next
      </Button>
      <span role="status" className="note tabular-nums" data-testid="found">
        {text === '' ? '' : foundWords(found, props.complete)}
      </span>
    </div>
  );
}
