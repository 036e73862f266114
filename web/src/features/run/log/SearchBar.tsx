import type { KeyboardEvent, RefObject } from 'react';
import { IconButton } from '../../../ui/IconButton';
import { foundWords } from './foundWords';
import { lineWanted, type SearchState } from './search/useLogSearch';

export function SearchBar(props: {
  search: SearchState;
  // Whether all output is searched.
  complete: boolean;
  input: RefObject<HTMLInputElement | null>;
  onLine: (line: number) => void;
  onLeave: () => void;
}) {
  const { wanted, found, change, step } = props.search;
  const none = found.matches === null || found.matches.total === 0;
  const key = (event: KeyboardEvent): void => {
    const line = lineWanted(wanted.text);
    if (event.key === 'Enter' && line !== null) props.onLine(line);
    else if (event.key === 'Enter') step(event.shiftKey ? -1 : 1);
    else if (event.key === 'Escape') {
      change({ text: '' });
      props.onLeave();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div role="search" className="flex min-w-0 flex-[1_1_17rem] flex-wrap items-center gap-0.5">
      <input
        ref={props.input}
        type="search"
        aria-label="Search the output"
        placeholder="Search, or :line"
        autoComplete="off"
        spellCheck={false}
        className="field h-8 min-w-28 flex-1 text-[13px]"
        aria-invalid={found.problem !== ''}
        value={wanted.text}
        onChange={(event) => change({ text: event.target.value })}
        onKeyDown={key}
      />
      <IconButton icon="regex" label="Regular expression" pressed={wanted.regex} onClick={() => change({ regex: !wanted.regex })} />
      <IconButton icon="case" label="Match case" pressed={wanted.cased} onClick={() => change({ cased: !wanted.cased })} />
      <IconButton icon="up" label="Previous" disabled={none} onClick={() => step(-1)} />
      <IconButton icon="down" label="Next" disabled={none} onClick={() => step(1)} />
      <span role="status" className={`ml-1 text-[13px] whitespace-nowrap tabular-nums ${found.problem ? 'sr-only' : 'text-muted'}`} data-testid="found">
        {words(props)}
      </span>
    </div>
  );
}

function words({ search: { wanted, found }, complete }: { search: SearchState; complete: boolean }): string {
  if (wanted.text === '' || lineWanted(wanted.text) !== null) return '';
  if (found.problem) return found.problem;
  if (!found.known) return 'searching…';
  return foundWords({ place: found.current + 1, of: found.matches?.total ?? 0 }, complete);
}
