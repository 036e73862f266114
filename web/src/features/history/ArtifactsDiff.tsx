import { useMemo } from 'react';
import type { Execution } from '../../api/types';
import { bytes, counted } from '../../words/quantities';
import { PairTable } from './PairTable';
import { artifactPairs } from './runDiff';

const mostShown = 500;

// The files that the two runs left, by their sizes; nothing if neither left any.
export function ArtifactsDiff({ left, right }: { left: Execution; right: Execution }) {
  const pairs = useMemo(() => artifactPairs(left.artifacts, right.artifacts), [left, right]);
  if (left.artifacts.length === 0 && right.artifacts.length === 0) return null;
  if (pairs.length === 0) return <p data-testid="artifacts-diff">Both runs left the same files, by name and size.</p>;
  return (
    <details className="grid gap-2" data-testid="artifacts-diff">
      <summary className="w-fit rounded font-semibold">
        Files created or changed: {counted(pairs.length, 'difference')}
        {pairs.length > mostShown && `, the first ${mostShown} shown`}
      </summary>
      <PairTable label="Files of both runs that differ" of="File" pairs={pairs.slice(0, mostShown)} show={(size) => bytes(Number(size))} />
    </details>
  );
}
