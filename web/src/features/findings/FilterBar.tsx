import { useMemo } from 'react';
import { severities, type Severity } from '../../api/findingTypes';
import { Button } from '../../ui/Button';
import { severityWord } from '../../words/findings';
import { count as number } from '../../words/quantities';
import { useCatalogue } from '../tools/catalogue';
import { isFiltered, noFilter, rulesOf, type Filter } from './findingList';
import { ruleText } from './FindingWords';
import type { Found } from './place';

export const filterTextId = 'finding-filter';
const mostRules = 300;

// Severity, rule, tool and text.
export function FilterBar({ all, filter, onChange }: { all: readonly Found[]; filter: Filter; onChange: (filter: Filter) => void }) {
  const tools = useCatalogue().value ?? [];
  const rules = useMemo(() => rulesOf(all).slice(0, mostRules), [all]);
  const toolIds = useMemo(() => [...new Set(all.map(({ toolId }) => toolId))].sort(), [all]);
  const set = (fields: Partial<Filter>): void => onChange({ ...filter, ...fields });
  return (
    <div role="search" aria-label="Filter the findings" className="flex flex-wrap items-center gap-2">
      <select className="field w-auto!" aria-label="Severity" value={filter.severity} onChange={(event) => set({ severity: event.target.value as Severity | '' })}>
        <option value="">All severities</option>
        {severities.map((one) => (
          <option key={one} value={one}>
            {severityWord[one]}s
          </option>
        ))}
      </select>
      {rules.length > 0 && (
        <select className="field max-w-56 w-auto!" aria-label="Rule" value={filter.rule} onChange={(event) => set({ rule: event.target.value })}>
          <option value="">All rules</option>
          {rules.map(([rule, times]) => (
            <option key={rule} value={rule}>
              {ruleText(rule)} ({number(times)})
            </option>
          ))}
        </select>
      )}
      {toolIds.length > 1 && (
        <select className="field w-auto!" aria-label="Tool" value={filter.toolId} onChange={(event) => set({ toolId: event.target.value })}>
          <option value="">All tools</option>
          {toolIds.map((id) => (
            <option key={id} value={id}>
              {tools.find((tool) => tool.id === id)?.name ?? id}
            </option>
          ))}
        </select>
      )}
      <input
        id={filterTextId}
        type="search"
        className="field max-w-64"
        aria-label="Text in the message, rule or path"
        placeholder="Text in message, rule or path"
        value={filter.text}
        onChange={(event) => set({ text: event.target.value })}
      />
      {isFiltered(filter) && (
        <Button small kind="quiet" onClick={() => onChange(noFilter)}>
          Clear filters
        </Button>
      )}
    </div>
  );
}
