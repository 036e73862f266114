// The tools that match a search, and their order.
import type { Tool, ToolStatus } from '../../api/types';

export function matches(tool: Tool, query: string): boolean {
  const text = [tool.name, tool.id, tool.description, tool.category, ...tool.inputs].join(' ').toLowerCase();
  return query.toLowerCase().split(/\s+/).filter(Boolean).every((word) => text.includes(word));
}

export function byCategory(tools: readonly Tool[]): [string, Tool[]][] {
  const groups = new Map<string, Tool[]>();
  for (const tool of tools) {
    const group = groups.get(tool.category);
    if (group) group.push(tool);
    else groups.set(tool.category, [tool]);
  }
  for (const group of groups.values()) {
    group.sort((a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name));
  }
  return [...groups].sort(([a], [b]) => a.localeCompare(b));
}

const rank = (tool: Tool): number => ['available', 'unavailable', 'in-development', 'coming-soon'].indexOf(tool.status);

export const statusWords: Record<ToolStatus, string> = {
  available: 'available',
  unavailable: 'unavailable',
  'in-development': 'in development',
  'coming-soon': 'coming soon',
};

// Whether the tool accepts a file: its patterns are names with * and ?.
export function takes(tool: Tool, path: string): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return tool.inputs.some((pattern) => globToPattern(pattern).test(name));
}

const globToPattern = (glob: string): RegExp =>
  new RegExp(`^${glob.replace(/[.+^${}()|[\]\\]/g, '\\$&').replace(/\*/g, '.*').replace(/\?/g, '.')}$`);
