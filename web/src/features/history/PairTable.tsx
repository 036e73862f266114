import { visible } from '../../words/names';
import type { Pair } from './runDiff';

// Values of two runs side by side; those that differ are marked by more than their colour.
export function PairTable({ label, of, pairs, show = (value) => value }: { label: string; of: string; pairs: Pair[]; show?: (value: string) => string }) {
  return (
    <div className="panel max-h-96 overflow-auto" tabIndex={0} role="region" aria-label={label}>
      <table className="w-full table-fixed text-left text-sm">
        <thead className="note border-b border-line">
          <tr>
            <th scope="col" className="p-2 font-medium">{of}</th>
            <th scope="col" className="p-2 font-medium">Older</th>
            <th scope="col" className="p-2 font-medium">Newer</th>
          </tr>
        </thead>
        <tbody>
          {pairs.map((pair) => {
            const differs = pair.left !== pair.right;
            return (
              <tr key={pair.name} data-differs={differs} className="border-b border-line align-top last:border-0">
                <th scope="row" className="name p-2 font-normal text-muted">{visible(pair.name)}</th>
                <Value text={pair.left} look={differs ? 'bg-bad-soft' : ''} mark={differs ? '− ' : ''} show={show} />
                <Value text={pair.right} look={differs ? 'bg-good-soft' : ''} mark={differs ? '+ ' : ''} show={show} />
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

function Value({ text, look, mark, show }: { text: string | null; look: string; mark: string; show: (value: string) => string }) {
  if (text === null) return <td className="bg-sunken p-2 text-muted">none</td>;
  return (
    <td className={`name p-2 ${look}`}>
      {mark}
      {visible(show(text))}
    </td>
  );
}
