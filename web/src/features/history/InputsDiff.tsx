import { useMemo } from 'react';
import type { Execution } from '../../api/types';
import { counted } from '../../words/quantities';
import { PairTable } from './PairTable';
import { inputPairs } from './runDiff';

// What the two runs were started with; nothing for runs whose inputs were not kept.
export function InputsDiff({ left, right }: { left: Execution; right: Execution }) {
  const pairs = useMemo(() => inputPairs(left, right), [left, right]);
  if (pairs.length === 0) return null;
  const different = pairs.filter((pair) => pair.left !== pair.right).length;
  return (
    <details className="grid gap-2" open={different > 0} data-testid="inputs-diff">
      <summary className="w-fit rounded font-semibold">
        Started with: {different === 0 ? 'the same' : counted(different, 'difference')}
      </summary>
      <PairTable label="What both runs were started with" of="Input" pairs={pairs} />
    </details>
  );
}
