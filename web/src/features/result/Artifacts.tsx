import { useState } from 'react';
import { api, download } from '../../api/client';
import { asApiError, type ApiError } from '../../api/errors';
import type { Execution, ProjectFile } from '../../api/types';
import { Button } from '../../ui/Button';
import { ErrorNote } from '../../ui/ErrorNote';
import { bytes, counted } from '../../words/quantities';
import { FileTree } from '../project/FileTree';
import { FileView } from '../project/FileView';

// The files that the tool created or changed, to view and download.
export function Artifacts({ execution }: { execution: Execution }) {
  const { artifacts, jobId } = execution;
  const [chosen, setChosen] = useState<ProjectFile | null>(null);
  const [error, setError] = useState<ApiError | null>(null);
  const total = artifacts.reduce((sum, file) => sum + file.sizeBytes, 0);
  const all = (): void => {
    setError(null);
    download(api.artifactsPath(jobId), `${jobId}-files.zip`).catch((problem: unknown) => setError(asApiError(problem)));
  };
  if (artifacts.length === 0) return <p className="note">The tool created or changed no files.</p>;
  return (
    <section aria-labelledby="artifacts-title" className="grid gap-2" data-testid="artifacts">
      <div className="flex flex-wrap items-center gap-3">
        <h2 id="artifacts-title" className="font-semibold">
          Files created or changed
        </h2>
        <span className="note mr-auto">
          {counted(artifacts.length, 'file')}, {bytes(total)}
        </span>
        <Button small onClick={all}>
          Download all as zip
        </Button>
      </div>
      {error && <ErrorNote error={error} what="The files could not be downloaded" onRetry={all} />}
      <div className="grid gap-4 md:grid-cols-[18rem_minmax(0,1fr)]">
        <div className="panel max-h-[60vh] self-start overflow-auto p-2">
          <FileTree files={artifacts} chosen={chosen?.path ?? null} onChoose={setChosen} />
        </div>
        {chosen ? (
          <FileView key={chosen.path} path={chosen.path} url={api.artifactPath(jobId, chosen.path)} sizeBytes={chosen.sizeBytes} />
        ) : (
          <p className="note">Choose a file to view it.</p>
        )}
      </div>
    </section>
  );
}
