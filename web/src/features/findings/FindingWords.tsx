import type { Tool } from '../../api/types';
import { Badge } from '../../ui/Badge';
import { severityTone, severityWord } from '../../words/findings';
import { visible } from '../../words/names';
import type { Found } from './place';
import { ruleHelp } from './ruleHelp';

export const ruleText = (rule: string): string => visible(rule.length > 80 ? `${rule.slice(0, 80)}…` : rule);

// One finding in full, as text: severity, message, rule with a link to its help, tool.
export function FindingWords({ found, tool }: { found: Found; tool: Tool | undefined }) {
  const help = ruleHelp(found, tool);
  return (
    <div className="grid gap-1" data-testid="finding-words">
      <p className="flex flex-wrap items-baseline gap-x-2 gap-y-1">
        <Badge tone={severityTone[found.severity]}>{severityWord[found.severity]}</Badge>
        <span className="name min-w-0">{visible(found.message)}</span>
      </p>
      <p className="note flex flex-wrap gap-x-3">
        {found.rule && (
          <span>
            Rule{' '}
            {help ? (
              <a href={help} target="_blank" rel="noopener noreferrer" className="name font-mono underline underline-offset-2">
                {ruleText(found.rule)}
              </a>
            ) : (
              <span className="name font-mono">{ruleText(found.rule)}</span>
            )}
          </span>
        )}
        <span>{visible(tool?.name ?? found.toolId)}</span>
        {found.outputLine !== null && <span>Line {found.outputLine} of the output</span>}
      </p>
    </div>
  );
}
