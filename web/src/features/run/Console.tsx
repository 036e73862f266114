import { lazy, Suspense, useRef, useState, useSyncExternalStore } from 'react';
import { announce } from '../../app/announce';
import { useShortcuts } from '../../app/shortcuts';
import { api, download } from '../../api/client';
import { asApiError, type ApiError } from '../../api/errors';
import { Button } from '../../ui/Button';
import { copyText } from '../../ui/copyText';
import { ErrorNote } from '../../ui/ErrorNote';
import { counted } from '../../words/quantities';
import type { PlaceLinks } from './log/linkProvider';
import type { LogTerminal, Shown } from './log/LogTerminal';
import { PlainLog } from './log/PlainLog';
import { plainText } from './log/tameText';
import { SearchBar } from './log/SearchBar';
import type { OutputStore } from './OutputStore';

const LogView = lazy(() => import('./log/LogView'));
const streams: { shown: Shown; words: string }[] = [
  { shown: 'both', words: 'Both' },
  { shown: 'stdout', words: 'stdout' },
  { shown: 'stderr', words: 'stderr' },
];

// The output of a run with its toolbar.
export function Console(props: { jobId: string; output: OutputStore; over: boolean; links: PlaceLinks | null }) {
  const { jobId, output, over, links } = props;
  const totals = useSyncExternalStore(output.subscribe, () => output.totals);
  const log = useRef<LogTerminal>(null);
  const [shown, setShown] = useState<Shown>('both');
  const [plain, setPlain] = useState(false);
  const [following, setFollowing] = useState(true);
  const [searching, setSearching] = useState(false);
  const [found, setFound] = useState({ place: 0, of: 0, all: true });
  const [error, setError] = useState<ApiError | null>(null);
  useShortcuts({
    '/': () => setSearching(true),
    f: () => log.current?.follow(!following),
  });
  const copy = async (): Promise<void> => {
    const selected = log.current?.selection() ?? '';
    const done = await copyText(selected || plainText(output.text(shown)));
    announce(done ? (totals.full && selected === '' ? 'Copied the output on this page; the full log has more' : 'Copied') : 'The browser did not allow copying');
  };
  const save = (): void => {
    setError(null);
    download(api.outputPath(jobId), `${jobId}.log`).catch((problem: unknown) => setError(asApiError(problem)));
  };
  const empty = totals.characters === 0;
  return (
    <section aria-labelledby="console-title" className="grid gap-2">
      <div className="flex flex-wrap items-center gap-x-1 gap-y-2">
        <h2 id="console-title" className="mr-2 font-semibold">
          Output
        </h2>
        <span className="note mr-auto tabular-nums" data-testid="totals">
          {empty ? '' : `${counted(totals.lines, 'line')}, ${counted(totals.stderrLines, 'line')} on stderr`}
        </span>
        <div role="group" aria-label="Stream" className="flex">
          {streams.map(({ shown: stream, words }) => (
            <Button key={stream} kind="quiet" small aria-pressed={shown === stream} onClick={() => setShown(stream)}>
              {stream === 'stderr' && <span aria-hidden="true" className="h-3 w-[3px] bg-bad" />}
              {words}
            </Button>
          ))}
        </div>
        <Button kind="quiet" small aria-pressed={following && !plain} disabled={plain} onClick={() => log.current?.follow(!following)}>
          Follow
        </Button>
        <Button kind="quiet" small aria-pressed={searching && !plain} disabled={plain} onClick={() => setSearching(!searching)}>
          Search
        </Button>
        <Button kind="quiet" small aria-pressed={plain} onClick={() => setPlain(!plain)}>
          Plain text
        </Button>
        <Button kind="quiet" small onClick={() => void copy()}>
          Copy
        </Button>
        <Button kind="quiet" small onClick={save}>
          Full log
        </Button>
      </div>
      {error && <ErrorNote error={error} what="The log could not be downloaded" onRetry={save} />}
      {searching && !plain && <SearchBar log={log} found={found} complete={found.all && !totals.full} onClose={() => setSearching(false)} />}
      {plain ? (
        <PlainLog output={output} shown={shown} links={links} />
      ) : (
        <Suspense fallback={<p className="note h-[min(60vh,40rem)]">Loading the console…</p>}>
          <LogView output={output} shown={shown} short={over && totals.lines <= 14} log={log} links={links} onScrolled={setFollowing} onFound={setFound} />
        </Suspense>
      )}
      {totals.full && (
        <p className="text-sm text-warn" role="status" data-testid="more-than-held">
          The output is larger than this page can hold. The rest is not shown, searched or copied; download the full log.
        </p>
      )}
      {empty && <p className="note">{over ? 'The tool wrote no output.' : 'No output yet.'}</p>}
    </section>
  );
}
