import { lazy, Suspense, useMemo, useState } from 'react';
import { api } from '../../api/client';
import type { Execution } from '../../api/types';
import { isShared } from '../../api/share';
import { useAsync } from '../../ui/useAsync';
import { projectPath, type Found } from '../findings/place';
import type { PlaceLinks } from './log/linkProvider';
import type { OutputPlace } from './log/outputPlaces';

const SourcePane = lazy(() => import('../findings/SourcePane').then((module) => ({ default: module.SourcePane })));

// What the output's links need, and the place that was opened.
export function usePlaceLinks(execution: Execution | null): { links: PlaceLinks | null; opened: Found | null } {
  // A link does not open the project.
  const projectId = isShared() ? '' : (execution?.projectId ?? '');
  const project = useAsync(projectId, async (signal) => (projectId === '' ? null : api.project(projectId, signal)));
  const [opened, setOpened] = useState<Found | null>(null);
  const files = project.value?.files;
  const jobId = execution?.jobId ?? '';
  const toolId = execution?.toolId ?? '';
  const links = useMemo((): PlaceLinks | null => {
    if (!files) return null;
    const paths = new Set(files.map(({ path }) => path).filter((path) => projectPath(path) !== null));
    return {
      isFile: (path) => paths.has(path),
      open: (place, text) => setOpened(asFound(place, text, jobId, toolId)),
    };
  }, [files, jobId, toolId]);
  return { links, opened };
}

// The line of output stands beside its place as a finding does.
function asFound({ path, line, column }: OutputPlace, message: string, jobId: string, toolId: string): Found {
  const place = { path, line: line ?? 1, column, endLine: null, endColumn: null };
  return { ...place, severity: 'note', rule: null, message, fingerprint: null, outputLine: null, id: `output:${path}:${line}:${message}`, key: 0, jobId, toolId };
}

// The source at a place that the output names.
export function OutputSource({ projectId, opened }: { projectId: string; opened: Found }) {
  const found = useMemo(() => [opened], [opened]);
  return (
    <section aria-label="Source named in the output" data-testid="output-source">
      <Suspense fallback={<p className="note">Loading the source…</p>}>
        <SourcePane projectId={projectId} current={opened} found={found} onChoose={() => undefined} />
      </Suspense>
    </section>
  );
}
