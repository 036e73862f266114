import { useEffect, useRef, useState } from 'react';
import { checkupPagePath, navigate } from '../../app/router';
import { asApiError, type ApiError } from '../../api/errors';
import { presetsApi, type Preset } from '../../api/presets';
import type { Project } from '../../api/types';
import { ErrorNote } from '../../ui/ErrorNote';
import { useAsync } from '../../ui/useAsync';
import { parametersInShort } from '../../words/command';
import { visible } from '../../words/names';
import { bytes, count, counted, duration } from '../../words/quantities';
import { DropZone } from '../project/DropZone';
import { onIncoming, takeIncoming } from '../project/incoming';
import { SendingNote } from '../project/SendingNote';
import { useLimits } from '../project/useLimits';
import { useSending } from '../project/useSending';
import { newKey } from '../run/useStarting';
import { useCatalogue } from '../tools/catalogue';

// One drop zone and one button: the operator has chosen the rest.
export default function PresetPage({ name }: { name: string }) {
  const preset = useAsync(`preset ${name}`, (signal) => presetsApi.preset(name, signal));
  const title = preset.value?.title;
  useEffect(() => {
    document.title = `${title ? visible(title) : 'Preset'} · Glovebox`;
  }, [title]);
  if (preset.error) {
    return (
      <div className="grid max-w-2xl gap-3 py-6">
        <h1 className="text-xl font-semibold">This page could not be loaded</h1>
        <ErrorNote error={preset.error} what="The server answered" onRetry={preset.reload} />
      </div>
    );
  }
  if (!preset.value) return <p className="note py-8">Loading…</p>;
  return <Shown preset={preset.value} />;
}

function Shown({ preset }: { preset: Preset }) {
  const [project, setProject] = useState<Project | null>(null);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<ApiError | null>(null);
  const limits = useLimits();
  const sender = useSending(limits, setProject);
  const sending = sender.sending.state === 'packing' || sender.sending.state === 'uploading';
  // What is dropped or pasted anywhere on the page.
  const takeDropped = (): void => {
    const incoming = takeIncoming();
    incoming?.then((brought) => (brought.kind === 'archive' ? sender.sendArchive(brought.file) : sender.sendFolder(brought.folder)), sender.fail);
  };
  const latest = useRef(takeDropped);
  latest.current = takeDropped;
  useEffect(() => {
    latest.current();
    return onIncoming(() => latest.current());
  }, []);
  const button = useRef<HTMLButtonElement>(null);
  // A retry of a failed start has the same key.
  const key = useRef('');
  useEffect(() => {
    if (!project) return;
    key.current = newKey();
    setError(null);
    button.current?.focus();
  }, [project]);

  const run = async (): Promise<void> => {
    if (!project || busy) return;
    setBusy(true);
    setError(null);
    try {
      const { checkupId } = await presetsApi.run(preset.name, project.projectId, key.current);
      navigate(checkupPagePath(checkupId));
    } catch (problem) {
      setError(asApiError(problem));
    } finally {
      setBusy(false);
    }
  };
  return (
    <article aria-labelledby="preset-title" className="mx-auto grid w-full max-w-2xl grid-cols-[minmax(0,1fr)] gap-4 py-4">
      <h1 id="preset-title" className="name text-2xl font-semibold tracking-tight">
        {visible(preset.title)}
      </h1>
      {preset.text.split(/\n\s*\n/).map((paragraph, i) => (
        <p key={i} className="name whitespace-pre-line empty:hidden">
          {paragraph.trim().split('\n').map(visible).join('\n')}
        </p>
      ))}
      <DropZone limits={limits} busy={sending || busy} onArchive={sender.sendArchive} onFolder={sender.sendFolder} onFailure={sender.fail} />
      <SendingNote sending={sender.sending} onCancel={sender.cancel} />
      {project && (
        <p role="status" data-testid="preset-project" className="name">
          Ready: <strong>{visible(project.name)}</strong>, {counted(project.fileCount, 'file')}, {bytes(project.totalBytes)}
          {project.warningCount > 0 && <>; {counted(project.warningCount, 'file was', 'files were')} left out or changed</>}.
        </p>
      )}
      <button
        ref={button}
        type="button"
        disabled={!project || sending || busy}
        onClick={() => void run()}
        className="min-h-11 rounded-md border border-transparent bg-accent px-3.5 py-1.5 font-semibold text-accent-ink hover:brightness-110 disabled:border-line disabled:bg-sunken disabled:text-muted"
      >
        {busy ? 'Starting…' : 'Check'}
      </button>
      {error && <ErrorNote error={error} what="The check could not be started" onRetry={() => void run()} />}
      <Fixed preset={preset} />
    </article>
  );
}

// What the operator has chosen, for those who want to know.
function Fixed({ preset }: { preset: Preset }) {
  const tools = useCatalogue().value ?? [];
  const { timeoutMs, projectBytes, projectFiles } = preset.limits;
  return (
    <details className="text-sm">
      <summary className="note w-fit rounded">What is checked</summary>
      <ul className="mt-1 grid gap-1">
        {preset.toolIds.map((id) => {
          const tool = tools.find((one) => one.id === id);
          const parameters = parametersInShort(preset.parameters[id]);
          return (
            <li key={id} className="name">
              {tool?.name ?? visible(id)}
              {tool && tool.status !== 'available' && <span className="text-warn"> (not available now)</span>}
              {parameters !== '' && <span className="note"> with {visible(parameters)}</span>}
            </li>
          );
        })}
        {timeoutMs !== null && <li>At most {duration(timeoutMs)} for each tool</li>}
        {projectBytes !== null && <li>Projects up to {bytes(projectBytes)}</li>}
        {projectFiles !== null && <li>Projects up to {count(projectFiles)} files</li>}
      </ul>
    </details>
  );
}
