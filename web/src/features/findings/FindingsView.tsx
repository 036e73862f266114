import { useCallback, useEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import { announce } from '../../app/announce';
import { useShortcuts } from '../../app/shortcuts';
import { severities, type Severity } from '../../api/findingTypes';
import { Button } from '../../ui/Button';
import { copyText } from '../../ui/copyText';
import { ErrorNote } from '../../ui/ErrorNote';
import { severityText, severityWord, verdictText } from '../../words/findings';
import { count as number } from '../../words/quantities';
import { FilterBar, filterTextId } from './FilterBar';
import { FindingTree } from './FindingTree';
import { filesIn, filtered, isFiltered, neighbour, noFilter, type Filter } from './findingList';
import { addressOf, foundAt, type Found } from './place';
import { SourcePane } from './SourcePane';
import { revealed, type Opened } from './treeRows';
import type { FoundList } from './useFindings';

// On a phone the first location is not shown automatically: the tree comes first.
const isWide = (): boolean => matchMedia('(min-width: 40rem)').matches;

export interface FindingsViewProps {
  list: FoundList;
  projectId: string;
  truncated: boolean;
  menu: ReactNode; // downloads
}

// Findings by file on the left, the source on the right.
export default function FindingsView({ list, projectId, truncated, menu }: FindingsViewProps) {
  const { found, loading, error } = list;
  const [filter, setFilter] = useState<Filter>(noFilter);
  const [opened, setOpened] = useState<Opened>(new Map());
  const { current, choose } = useCurrent(found, loading, (one) => setOpened((old) => revealed(old, one)));
  const shown = useMemo(() => filtered(found, filter), [found, filter]);
  const inFile = useMemo(() => (current ? found.filter(({ path }) => path === current.path) : []), [found, current?.path]);
  const source = useRef<HTMLDivElement>(null);

  const go = (step: 1 | -1): void => {
    const next = neighbour(shown, current, step);
    if (!next) return;
    choose(next);
    announce(`${severityWord[next.severity]}, ${next.path ?? ''} line ${next.line ?? ''}: ${next.message}`);
  };
  useShortcuts({ n: () => go(1), p: () => go(-1), '/': () => document.getElementById(filterTextId)?.focus() }, 'first');
  const chooseInTree = (one: Found): void => {
    choose(one);
    if (!isWide()) requestAnimationFrame(() => source.current?.scrollIntoView({ block: 'start' }));
  };
  const counts = useMemo(() => countsOf(shown), [shown]);
  return (
    <section aria-label="Findings" className="grid min-w-0 grid-cols-[minmax(0,1fr)] gap-3" data-testid="findings">
      <div className="flex flex-wrap items-center gap-x-2 gap-y-2">
        <p role="status" className="mr-auto font-semibold" data-testid="findings-verdict">
          {sentence(shown, found, filter, loading)}
          <span className="note ml-2 font-normal">{severityText(counts)}</span>
        </p>
        <Button small disabled={shown.length === 0} onClick={() => go(-1)}>
          Previous
        </Button>
        <Button small disabled={shown.length === 0} onClick={() => go(1)}>
          Next
        </Button>
        {current && <CopyLink found={current} />}
        {menu}
      </div>
      {error && <ErrorNote error={error} what="The findings could not be loaded" onRetry={list.reload} />}
      {truncated && <p className="text-sm text-warn">There are more findings than the server keeps; only the first are listed.</p>}
      <FilterBar all={found} filter={filter} onChange={setFilter} />
      {shown.length === 0 && !loading && found.length > 0 && <p className="note">No finding matches the filters.</p>}
      {shown.length > 0 && (
        <div className="grid grid-cols-[minmax(0,1fr)] gap-4 xl:grid-cols-[22rem_minmax(0,1fr)]">
          <FindingTree
            list={shown}
            current={current}
            opened={opened}
            onOpen={(id, open) => setOpened((old) => new Map([...old, [id, open]]))}
            onChoose={chooseInTree}
          />
          <div ref={source} className="min-w-0">
            {current ? (
              <SourcePane projectId={projectId} current={current} found={inFile} onChoose={choose} />
            ) : (
              <p className="note">Choose a finding to see its source.</p>
            )}
          </div>
        </div>
      )}
    </section>
  );
}

function sentence(shown: readonly Found[], all: readonly Found[], filter: Filter, loading: boolean): string {
  if (loading && all.length === 0) return 'Loading the findings…';
  const words = verdictText(shown.length, filesIn(shown));
  return isFiltered(filter) ? `${number(shown.length)} of ${verdictText(all.length, filesIn(all))}` : words;
}

function countsOf(list: readonly Found[]): Record<Severity, number> {
  const counts = { error: 0, warning: 0, note: 0 };
  for (const { severity } of list) if (severities.includes(severity)) counts[severity] += 1;
  return counts;
}

// The current finding and its address. An address from a link is opened when the findings are
// loaded.
function useCurrent(found: readonly Found[], loading: boolean, reveal: (found: Found) => void): { current: Found | null; choose: (found: Found) => void } {
  const [chosen, setChosen] = useState<string | null>(null);
  const byId = useMemo(() => new Map(found.map((one) => [one.id, one])), [found]);
  const choose = useCallback((one: Found) => {
    setChosen(one.id);
    reveal(one);
    history.replaceState(history.state, '', location.pathname + location.search + addressOf(one));
  }, []);
  const fromAddress = (): Found | null => foundAt(location.hash, found);
  useEffect(() => {
    if (chosen !== null || found.length === 0) return;
    const wanted = fromAddress();
    if (wanted) {
      setChosen(wanted.id);
      reveal(wanted);
    } else if (!loading && isWide() && found[0]) {
      setChosen(found[0].id);
      reveal(found[0]);
    }
  }, [found, loading, chosen]);
  useEffect(() => {
    const listen = (): void => {
      const wanted = fromAddress();
      if (!wanted) return;
      setChosen(wanted.id);
      reveal(wanted);
    };
    addEventListener('hashchange', listen);
    return () => removeEventListener('hashchange', listen);
  });
  return { current: chosen === null ? null : (byId.get(chosen) ?? null), choose };
}

function CopyLink({ found }: { found: Found }) {
  const copy = async (): Promise<void> => {
    const done = await copyText(location.origin + location.pathname + location.search + addressOf(found));
    announce(done ? 'Link to this place copied' : 'The browser did not allow copying');
  };
  return (
    <Button small onClick={() => void copy()}>
      Copy link to this place
    </Button>
  );
}
