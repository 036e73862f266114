import { useCallback, useEffect, useRef, useState, type KeyboardEvent } from 'react';
import { useDraft } from '../../app/draft';
import { announce } from '../../app/announce';
import { byId, focusSoon } from '../../app/focus';
import { useShortcuts } from '../../app/shortcuts';
import type { Project, Tool } from '../../api/types';
import { api } from '../../api/client';
import { Button } from '../../ui/Button';
import { ErrorNote } from '../../ui/ErrorNote';
import type { Async } from '../../ui/useAsync';
import { CheckEverything } from '../checkup/CheckEverything';
import { initialValues } from '../tools/parameterModel';
import { ChosenProject } from './ChosenProject';
import { DropZone } from './DropZone';
import { Examples } from './Examples';
import type { Folder } from './folder';
import { FolderReview } from './FolderReview';
import { onIncoming, takeIncoming } from './incoming';
import { refusal, uploadOf } from './limits';
import { RecentProjects } from './RecentProjects';
import { forgetProject, rememberProject } from './recentProjects';
import { SendingNote } from './SendingNote';
import { useLimits } from './useLimits';
import { useSending } from './useSending';

// The first step: an archive, a folder, an example or a recent project.
export function ProjectStep({ project }: { project: Async<Project | null> }) {
  const { draft, change } = useDraft();
  const [choosing, setChoosing] = useState(false);
  const limits = useLimits();
  const [leftOut, setLeftOut] = useState<string[]>([]);
  const [review, setReview] = useState<Folder | null>(null);

  const use = useCallback(
    (chosen: Project) => {
      rememberProject(chosen);
      change({ projectId: chosen.projectId });
      setChoosing(false);
      focusSoon(byId('chosen-project'));
    },
    [change],
  );
  const sender = useSending(limits, use);
  useShortcuts({
    n: () => {
      setChoosing(true);
      requestAnimationFrame(() => document.getElementById('choose-archive')?.focus());
    },
  });

  const busy = sender.sending.state === 'packing' || sender.sending.state === 'uploading';
  const sendFile = (file: File): void => {
    setLeftOut([]);
    setReview(null);
    sender.sendArchive(file);
  };
  const sendFolder = (folder: Folder): void => {
    setLeftOut(folder.leftOut);
    setReview(null);
    sender.sendFolder(folder);
  };
  // A folder over a limit can be sent without a part of it; an empty one cannot.
  const takeFolder = (folder: Folder): void => {
    if (!limits || folder.files.length === 0 || refusal(uploadOf(folder), limits) === null) return sendFolder(folder);
    sender.cancel();
    setReview(folder);
    focusSoon(byId('review-title'));
  };
  const takeDropped = (): void => {
    const incoming = takeIncoming();
    if (incoming === null) return;
    setChoosing(true);
    incoming.then((brought) => (brought.kind === 'archive' ? sendFile(brought.file) : takeFolder(brought.folder)), sender.fail);
  };
  const latest = useRef(takeDropped);
  latest.current = takeDropped;
  useEffect(() => {
    latest.current();
    return onIncoming(() => latest.current());
  }, []);

  const useExample = (tool: Tool, name: string): void => {
    setLeftOut([]);
    sender.attempt(async () => {
      const made = await api.makeExample(tool.id, name);
      if (draft.toolId !== tool.id) change({ toolId: tool.id, values: initialValues(tool), timeoutSeconds: '' });
      return made;
    });
  };
  const remove = async (projectId: string): Promise<void> => {
    await api.removeProject(projectId).catch((error: unknown) => sender.fail(error));
    forgetProject(projectId);
    change({ projectId: null });
    announce('Project deleted from the server');
  };

  const endChoice = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape' || !choosing || !project.value) return;
    setChoosing(false);
    focusSoon(byId('choose-project'));
    event.preventDefault();
    event.stopPropagation();
  };
  const chosen = project.value;
  const showChooser = choosing || draft.projectId === null || (project.error !== null && !project.error.passes);
  return (
    <section aria-labelledby="project-step" onKeyDown={endChoice} className="grid min-w-0 grid-cols-[minmax(0,1fr)] content-start gap-2">
      <h2 id="project-step" className="step">
        <span aria-hidden="true">1</span> Project
        {chosen && (
          <Button id="choose-project" kind="quiet" small className="ml-auto" aria-expanded={choosing} onClick={() => setChoosing(!choosing)}>
            {choosing ? 'Cancel' : 'Choose another'}
          </Button>
        )}
      </h2>
      {project.error && draft.projectId !== null && (
        <ErrorNote
          error={project.error}
          what={project.error.status === 404 ? 'The last project has expired; choose another' : 'The project could not be opened'}
          onRetry={project.reload}
        />
      )}
      {!showChooser && chosen && <ChosenProject project={chosen} leftOut={leftOut} onRemove={() => void remove(chosen.projectId)} />}
      {!showChooser && chosen && <CheckEverything key={chosen.projectId} project={chosen} />}
      {showChooser && (
        <div className="grid grid-cols-[minmax(0,1fr)] gap-4">
          {review && limits ? (
            <FolderReview
              folder={review}
              limits={limits}
              onSend={sendFolder}
              onCancel={() => {
                setReview(null);
                focusSoon(byId('choose-archive'));
              }}
            />
          ) : (
            <DropZone limits={limits} busy={busy} onArchive={sendFile} onFolder={takeFolder} onFailure={sender.fail} />
          )}
          <SendingNote sending={sender.sending} onCancel={sender.cancel} />
          <RecentProjects
            onChoose={(projectId) => {
              change({ projectId });
              setChoosing(false);
              focusSoon(byId('chosen-project'));
            }}
          />
          <Examples toolId={draft.toolId} onChoose={useExample} />
        </div>
      )}
    </section>
  );
}
