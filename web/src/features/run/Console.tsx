import { lazy, Suspense, useCallback, useRef, useState, useSyncExternalStore, type KeyboardEvent } from 'react';
import { announce } from '../../app/announce';
import { useShortcuts } from '../../app/shortcuts';
import { api, download } from '../../api/client';
import { asApiError, type ApiError } from '../../api/errors';
import { copyText } from '../../ui/copyText';
import { ErrorNote } from '../../ui/ErrorNote';
import { counted } from '../../words/quantities';
import type { PlaceLinks } from './log/linkProvider';
import type { LogList } from './log/list/LogList';
import { LogListView } from './log/list/LogListView';
import { LogTools } from './log/LogTools';
import type { LogTerminal } from './log/LogTerminal';
import { PlainLog } from './log/PlainLog';
import { SearchBar } from './log/SearchBar';
import { useLogSearch } from './log/search/useLogSearch';
import { StreamChoice } from './log/StreamChoice';
import { plainText } from './log/tameText';
import type { Shown } from './log/text/RowIndex';
import { useFullScreen } from './log/useFullScreen';
import { useLineAddress } from './log/useLineAddress';
import type { OutputStore, OutputTotals } from './OutputStore';

const LogView = lazy(() => import('./log/LogView'));

export interface ConsoleProps {
  jobId: string;
  output: OutputStore;
  over: boolean;
  // All of the output is here.
  complete: boolean;
  // The run was seen before its end: the output is followed.
  watched: boolean;
  // The line of the output with the first finding: undefined while unknown.
  firstFinding: number | null | undefined;
  links: PlaceLinks | null;
}

// The output of a run with its toolbar.
export function Console({ jobId, output, over, complete, watched, firstFinding, links }: ConsoleProps) {
  const totals = useSyncExternalStore(output.subscribe, () => output.totals);
  const list = useRef<LogList>(null);
  const terminal = useRef<LogTerminal>(null);
  const frame = useRef<HTMLElement>(null);
  const box = useRef<HTMLDivElement>(null);
  const input = useRef<HTMLInputElement>(null);
  const [shown, setShown] = useState<Shown>('both');
  const [view, setView] = useState<'auto' | 'lines' | 'terminal' | 'plain'>('auto');
  const [wrap, setWrap] = useState(false);
  const [following, setFollowing] = useState(false);
  const [error, setError] = useState<ApiError | null>(null);
  const full = useFullScreen(frame);
  const search = useLogSearch(output.lines, shown, () => list.current?.firstLine() ?? 0);
  const { chosen, choose } = useLineAddress(
    useCallback((first: number) => {
      list.current?.showLine(first - 1, 'middle');
    }, []),
  );

  const isPlain = view === 'plain';
  const isTerminal = totals.moves && !isPlain && (view === 'terminal' || (view === 'auto' && !over && search.wanted.text === ''));
  const follow = (): void => {
    list.current?.follow(!following);
    terminal.current?.follow(!following);
    if (isTerminal) setFollowing(!following);
  };
  const find = (): void => {
    if (isPlain || isTerminal) setView('lines');
    input.current?.focus();
    input.current?.select();
  };
  useShortcuts({ '/': find, f: follow, w: () => setWrap(!wrap) });
  const selected = (): string => (isTerminal ? terminal.current?.selection() : list.current?.selection()) ?? '';
  const copy = async (): Promise<void> => {
    const text = selected();
    const done = await copyText(text || plainText(output.text(shown)));
    announce(done ? (totals.full && text === '' ? 'Copied the output on this page; the full log has more' : 'Copied') : 'The browser did not allow copying');
  };
  const save = (): void => {
    setError(null);
    download(api.outputPath(jobId), `${jobId}.log`).catch((problem: unknown) => setError(asApiError(problem)));
  };
  const toLine = (line: number): void => {
    if (line < 1 || line > output.lines.count) return announce(`There is no line ${line}`);
    choose({ first: line, last: line });
    list.current?.showLine(line - 1, 'middle');
    box.current?.focus();
  };
  const start = startOf({ chosen: chosen?.first ?? null, lines: output.lines.count, over, complete, watched, firstFinding });
  const onKey = (event: KeyboardEvent): void => {
    if (event.key === 'Escape' && full.on && !event.defaultPrevented) full.leave();
    else full.keepFocus(event);
  };
  const empty = totals.characters === 0;
  return (
    <section ref={frame} aria-labelledby="console-title" onKeyDown={onKey} className={full.on ? 'log-full fixed inset-0 z-40 flex flex-col gap-2 bg-paper p-2 sm:p-3' : 'grid gap-2'}>
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1.5">
        <h2 id="console-title" className="font-semibold">
          Output
        </h2>
        <span className="note mr-auto tabular-nums" data-testid="totals">
          {empty ? '' : `${counted(totals.lines, 'line')}, ${counted(totals.stderrLines, 'line')} on stderr`}
        </span>
        <StreamChoice shown={shown} onChoose={setShown} />
      </div>
      {error && <ErrorNote error={error} what="The log could not be downloaded" onRetry={save} />}
      <div className="flex min-h-0 min-w-0 flex-1 flex-col overflow-hidden rounded-md border border-line">
        <div className="flex flex-wrap items-center gap-x-3 gap-y-1 border-b border-line bg-sheet px-1.5 py-1">
          <SearchBar search={search} complete={!totals.full} input={input} onLine={toLine} onLeave={() => box.current?.focus()} />
          <LogTools
            live={!over}
            following={following}
            wrap={wrap}
            full={full.on}
            view={isPlain ? 'plain' : isTerminal ? 'terminal' : 'lines'}
            hasTerminal={totals.moves}
            hasFinding={typeof firstFinding === 'number'}
            onFollow={follow}
            onTop={() => list.current?.toTop()}
            onEnd={() => list.current?.follow(true)}
            onFinding={() => list.current?.showLine((firstFinding ?? 1) - 1, 'middle')}
            onWrap={() => setWrap(!wrap)}
            onView={setView}
            onFull={full.toggle}
            onCopy={() => void copy()}
            onSave={save}
          />
        </div>
        {search.found.problem && (
          <p className="border-b border-line bg-bad-soft px-2.5 py-1 text-[13px] text-bad" data-testid="search-problem">
            {search.found.problem}
          </p>
        )}
        {isPlain && <PlainLog output={output} shown={shown} links={links} />}
        {isTerminal && (
          <Suspense fallback={<p className="note h-[min(60vh,40rem)]">Loading the terminal…</p>}>
            <LogView output={output} shown={shown} log={terminal} links={links} onScrolled={setFollowing} />
          </Suspense>
        )}
        {!isPlain && !isTerminal && (
          <LogListView
            lines={output.lines}
            shown={shown}
            wrap={wrap}
            start={start}
            chosen={chosen}
            found={search.found}
            links={links}
            list={list}
            box={box}
            onFollowed={setFollowing}
            onNumbered={(line, extend) => choose(extend && chosen ? { first: Math.min(chosen.first, line), last: Math.max(chosen.first, line) } : { first: line, last: line })}
          />
        )}
      </div>
      <Notes totals={totals} over={over} />
    </section>
  );
}

function Notes({ totals, over }: { totals: OutputTotals; over: boolean }) {
  return (
    <>
      {totals.full && (
        <p className="text-sm text-warn" role="status" data-testid="more-than-held">
          The output is larger than this page can hold. The rest is not shown, searched or copied; download the full log.
        </p>
      )}
      {totals.characters === 0 && <p className="note">{over ? 'The tool wrote no output.' : 'No output yet.'}</p>}
    </>
  );
}

// Where the log is opened: at the line of the address, at its end while it runs, otherwise at the first finding or the top.
function startOf(log: { chosen: number | null; lines: number; over: boolean; complete: boolean; watched: boolean; firstFinding: number | null | undefined }): 'end' | number | undefined {
  if (log.chosen !== null && log.chosen <= log.lines) return log.chosen;
  if (!log.over) return log.watched && log.chosen === null ? 'end' : undefined;
  return log.firstFinding === undefined || !log.complete ? undefined : (log.firstFinding ?? 1);
}
