import { useRef, useState } from 'react';
import { checkupPagePath, navigate } from '../../app/router';
import { asApiError, type ApiError } from '../../api/errors';
import { findingsApi } from '../../api/findings';
import type { Project } from '../../api/types';
import { Button } from '../../ui/Button';
import { ErrorNote } from '../../ui/ErrorNote';
import { newKey } from '../run/useStarting';
import { useCatalogue } from '../tools/catalogue';
import { checkupTools, namesOf } from './checkupState';

// The first button after a project was chosen: runs every tool that is applicable to it.
export function CheckEverything({ project }: { project: Project }) {
  const tools = checkupTools(useCatalogue().value ?? [], project.suits);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<ApiError | null>(null);
  // A retry of a failed start has the same key.
  const key = useRef('');
  const send = async (): Promise<void> => {
    setBusy(true);
    setError(null);
    try {
      const { checkupId } = await findingsApi.startCheckup(project.projectId, key.current);
      navigate(checkupPagePath(checkupId));
    } catch (problem) {
      setError(asApiError(problem));
    } finally {
      setBusy(false);
    }
  };
  const start = (): void => {
    if (busy) return;
    key.current = newKey();
    void send();
  };
  if (tools.length === 0) return null;
  return (
    <div className="grid gap-1.5">
      <Button id="check-everything" kind="primary" className="min-h-10" disabled={busy} aria-describedby="check-note" onClick={start}>
        {busy ? 'Starting…' : 'Check everything'}
      </Button>
      <p id="check-note" className="note">
        Runs {namesOf(tools)}. Or choose one tool below.
      </p>
      {error && <ErrorNote error={error} what="The check-up could not be started" onRetry={() => void send()} />}
    </div>
  );
}
