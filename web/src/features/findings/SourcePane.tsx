import { lazy, Suspense, useMemo } from 'react';
import { api, download, readBytes } from '../../api/client';
import { isShared } from '../../api/share';
import { Button } from '../../ui/Button';
import { ErrorNote } from '../../ui/ErrorNote';
import { useAsync } from '../../ui/useAsync';
import { downloadName, visible } from '../../words/names';
import { bytes } from '../../words/quantities';
import { shownAs } from '../project/fileKind';
import { useCatalogue } from '../tools/catalogue';
import { FindingWords } from './FindingWords';
import { projectPath, type Found } from './place';
import { ruleHelp } from './ruleHelp';
import type { FoundWords } from './source/foundWidget';

const SourceView = lazy(() => import('./source/SourceView'));
const mostBytes = 8 * 1024 * 1024;

export interface SourcePaneProps {
  projectId: string;
  current: Found;
  found: readonly Found[]; // those of the file of `current`
  onChoose: (found: Found) => void;
}

// The current finding as text, and the source at its location.
export function SourcePane({ projectId, current, found, onChoose }: SourcePaneProps) {
  const tools = useCatalogue().value ?? [];
  const toolOf = (one: Found) => tools.find(({ id }) => id === one.toolId);
  const words: FoundWords = {
    toolName: (one) => toolOf(one)?.name ?? one.toolId,
    help: (one) => ruleHelp(one, toolOf(one)),
    choose: onChoose,
  };
  const path = projectPath(current.path);
  return (
    <div className="grid min-w-0 grid-cols-[minmax(0,1fr)] content-start gap-2" data-testid="source-pane">
      <FindingWords found={current} tool={toolOf(current)} />
      {isShared() ? (
        <p className="note name">{path === null ? 'This finding names no file of the project.' : `In ${visible(path)}, which the link does not open.`}</p>
      ) : path === null ? (
        <p className="note">This finding names no file of the project. The output may say more.</p>
      ) : (
        <SourceOf projectId={projectId} path={path} current={current} found={found} words={words} />
      )}
    </div>
  );
}

function SourceOf(props: { projectId: string; path: string; current: Found; found: readonly Found[]; words: FoundWords }) {
  const { path, current } = props;
  const url = api.projectFilePath(props.projectId, path);
  const read = useAsync(url, (signal) => readBytes(url, mostBytes, signal));
  const shown = useMemo(() => (read.value ? shownAs(path, read.value.bytes) : null), [path, read.value]);
  const text = shown?.kind === 'text' ? shown.text : null;
  const file = useMemo(() => (text === null ? null : { path, text }), [path, text]);
  const place = current.line === null ? '' : `:${current.line}${current.column === null ? '' : `:${current.column}`}`;
  return (
    <>
      <div className="flex flex-wrap items-baseline gap-2">
        <h3 className="name min-w-0 flex-1 font-mono text-sm font-semibold">
          {visible(path)}
          {place}
        </h3>
        <Button small kind="quiet" onClick={() => void download(url, downloadName(path))}>
          Download file
        </Button>
      </div>
      {read.error && (
        <ErrorNote error={read.error} what={read.error.status === 404 ? 'The project has expired or has no such file' : 'The source could not be loaded'} onRetry={read.reload} />
      )}
      {read.loading && <p className="note">Loading the source…</p>}
      {read.value?.more && <p className="note">Showing the first {bytes(mostBytes)}. Download the file to see the rest.</p>}
      {shown && text === null && <p className="note">This is no text file; download it to see it.</p>}
      {file && (
        <Suspense fallback={<p className="note h-[60vh]">Loading the editor…</p>}>
          <SourceView file={file} found={props.found} current={current} words={props.words} />
        </Suspense>
      )}
    </>
  );
}
