import { memo, useEffect, useId, useMemo, useRef, useState, type KeyboardEvent, type MouseEvent } from 'react';
import { severityWord } from '../../words/findings';
import { visible } from '../../words/names';
import { count as number } from '../../words/quantities';
import { ruleText } from './FindingWords';
import type { Found } from './place';
import { findingId, rowsOf, type Opened, type Row } from './treeRows';
import { useVirtualRows } from './useVirtualRows';

const rowHeight = 28;
const mark = { error: 'bg-bad', warning: 'bg-warn', note: 'bg-busy' } as const;

export interface FindingTreeProps {
  list: readonly Found[];
  current: Found | null;
  opened: Opened;
  onOpen: (id: string, open: boolean) => void;
  onChoose: (found: Found) => void;
}

// Files as a tree with counts; an open file has its findings. Only rows on the screen are elements.
export function FindingTree(props: FindingTreeProps) {
  const { list, current, opened } = props;
  const box = useRef<HTMLDivElement>(null);
  const rows = useMemo(() => rowsOf(list, opened), [list, opened]);
  const { first, end, scrollTo } = useVirtualRows(box, rows.length, rowHeight);
  const [active, setActive] = useState('');
  const name = useId();
  const currentId = current ? findingId(current) : '';
  const index = useMemo(() => new Map(rows.map((row, i) => [row.id, i])), [rows]);
  const at = index.get(active) ?? index.get(currentId) ?? 0;

  useEffect(() => {
    if (currentId === '') return;
    setActive(currentId);
    const row = index.get(currentId);
    if (row !== undefined) scrollTo(row);
    // Scrolls for a new current finding, not whenever the rows change.
  }, [currentId, scrollTo]);

  const move = (row: number): void => {
    const to = Math.min(rows.length - 1, Math.max(0, row));
    setActive(rows[to]?.id ?? '');
    scrollTo(to);
  };
  const act = (row: Row | undefined): void => {
    if (!row) return;
    setActive(row.id);
    if (row.kind === 'finding') props.onChoose(row.found);
    else props.onOpen(row.id, !row.open);
  };
  const onKey = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const row = rows[at];
    const page = Math.max(1, Math.floor((box.current?.clientHeight ?? rowHeight) / rowHeight) - 1);
    const steps: Record<string, number> = { ArrowDown: at + 1, ArrowUp: at - 1, PageDown: at + page, PageUp: at - page, Home: 0, End: rows.length - 1 };
    const to = steps[event.key];
    if (to !== undefined) move(to);
    else if (event.key === 'Enter' || event.key === ' ') act(row);
    else if (event.key === 'ArrowRight' && row && row.kind !== 'finding' && !row.open) props.onOpen(row.id, true);
    else if (event.key === 'ArrowLeft' && row && row.kind !== 'finding' && row.open) props.onOpen(row.id, false);
    else if (event.key === 'ArrowLeft' && row) move(parentOf(rows, at));
    else return;
    event.preventDefault();
  };
  // One handler for all rows: a row with a handler of its own would be drawn again each time.
  const onClick = (event: MouseEvent): void => {
    const row = event.target instanceof Element ? event.target.closest<HTMLElement>('[role="treeitem"]') : null;
    if (row) act(rows[Number(row.dataset['at'])]);
  };
  const shown = rows.slice(first, end);
  const activeRow = rows[at];
  const drawn = at >= first && at < end && activeRow ? { 'aria-activedescendant': `${name}${at}` } : {};
  return (
    <div
      ref={box}
      role="tree"
      aria-label="Findings by file"
      tabIndex={0}
      {...drawn}
      onKeyDown={onKey}
      onClick={onClick}
      className="panel finding-tree h-[40vh] overflow-x-hidden overflow-y-auto text-[13px] xl:h-[75vh]"
      data-testid="finding-tree"
    >
      <div role="none" className="relative" style={{ height: rows.length * rowHeight }}>
        {shown.map((row, i) => (
          <TreeRow key={row.id} row={row} at={first + i} name={name} selected={row.id === currentId} active={first + i === at} />
        ))}
      </div>
    </div>
  );
}

interface TreeRowProps {
  row: Row;
  at: number;
  name: string; // of the tree, for ids
  selected: boolean;
  active: boolean;
}

// Rows stay the same objects while the tree is scrolled, so that only new ones are drawn.
const TreeRow = memo(function TreeRow({ row, at, name, selected, active }: TreeRowProps) {
  return (
    <div
      id={`${name}${at}`}
      role="treeitem"
      aria-level={row.depth + 1}
      aria-selected={selected}
      {...(row.kind === 'finding' ? {} : { 'aria-expanded': row.open })}
      data-active={active}
      data-at={at}
      className="absolute right-0 left-0 flex cursor-pointer items-center gap-1.5 overflow-hidden rounded px-2 whitespace-nowrap hover:bg-sunken aria-selected:bg-accent-soft"
      style={{ top: at * rowHeight, height: rowHeight, paddingLeft: 8 + row.depth * 14 }}
    >
      <RowText row={row} />
    </div>
  );
});

function RowText({ row }: { row: Row }) {
  if (row.kind === 'finding') {
    const { found } = row;
    return (
      <>
        <span className={`size-2 shrink-0 rounded-full ${mark[found.severity]}`} aria-hidden="true" />
        <span className="sr-only">{severityWord[found.severity]}</span>
        {found.line !== null && <span className="shrink-0 font-mono text-xs text-muted">{found.line}</span>}
        <span className="name min-w-0 truncate" title={visible(found.message)}>
          {visible(found.message.slice(0, 300))}
        </span>
        {found.rule && <span className="name shrink-0 truncate text-xs text-muted">{ruleText(found.rule)}</span>}
      </>
    );
  }
  return (
    <>
      <span aria-hidden="true" className="w-3 shrink-0 text-muted">
        {row.open ? '▾' : '▸'}
      </span>
      <span className={`name min-w-0 flex-1 truncate ${row.kind === 'file' ? 'font-medium' : ''}`} title={visible(row.path ?? '')}>
        {row.path === null ? 'Without a file' : visible(row.name)}
      </span>
      <span className="shrink-0 rounded bg-sunken px-1.5 text-xs tabular-nums text-muted">{number(row.count)}</span>
    </>
  );
}

function parentOf(rows: readonly Row[], at: number): number {
  const depth = rows[at]?.depth ?? 0;
  for (let i = at - 1; i >= 0; i -= 1) if ((rows[i]?.depth ?? 0) < depth) return i;
  return at;
}
