import type { FindingsEvent } from '../../api/findingTypes';
import { Badge } from '../../ui/Badge';
import { severityText, severityTone, severityWord } from '../../words/findings';
import { visible } from '../../words/names';
import { counted } from '../../words/quantities';

const mostShown = 5;

// What a running tool has found so far, with the latest findings.
export function LiveFindings({ findings }: { findings: FindingsEvent }) {
  if (findings.total === 0) return null;
  return (
    <section aria-label="Findings so far" className="panel grid gap-2 p-3" data-testid="live-findings">
      <p className="tabular-nums">
        <span className="font-semibold">{counted(findings.total, 'finding')} so far</span>
        <span className="note ml-2">{severityText(findings)}</span>
      </p>
      <ul className="grid gap-1 text-[13px]">
        {findings.latest.slice(-mostShown).map((finding, i) => (
          <li key={i} className="flex min-w-0 items-baseline gap-2">
            <Badge tone={severityTone[finding.severity]}>{severityWord[finding.severity]}</Badge>
            {finding.path !== null && (
              <span className="name max-w-1/3 shrink-0 truncate font-mono text-xs text-muted">
                {visible(finding.path)}
                {finding.line !== null && `:${finding.line}`}
              </span>
            )}
            <span className="name min-w-0 truncate">{visible(finding.message)}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
