// The tools that match a search, and their order.
import type { Project, Tool, ToolStatus } from '../../api/types';
import { counted } from '../../words/quantities';

export function matches(tool: Tool, query: string): boolean {
  const text = [tool.name, tool.id, tool.description, tool.category, ...tool.inputs].join(' ').toLowerCase();
  return query.toLowerCase().split(/\s+/).filter(Boolean).every((word) => text.includes(word));
}

// With a project, the tools that are applicable to most of its files come first, and so do their
// categories.
export function byCategory(tools: readonly Tool[], project: Pick<Project, 'suits'> | null = null): [string, Tool[]][] {
  const files = (tool: Tool): number => (tool.status === 'available' ? suitedFiles(tool, project) : 0);
  const groups = new Map<string, Tool[]>();
  for (const tool of tools) {
    const group = groups.get(tool.category);
    if (group) group.push(tool);
    else groups.set(tool.category, [tool]);
  }
  for (const group of groups.values()) {
    group.sort((a, b) => rank(a) - rank(b) || files(b) - files(a) || a.name.localeCompare(b.name));
  }
  const most = (group: Tool[]): number => Math.max(...group.map(files));
  return [...groups].sort(([a, of], [b, others]) => most(others) - most(of) || a.localeCompare(b));
}

// The tools that are applicable to files of the project, to most of them first.
export function bySuit(tools: readonly Tool[], project: Pick<Project, 'suits'>): Tool[] {
  const suited = tools.filter((tool) => suitedFiles(tool, project) > 0);
  return suited.sort((a, b) => suitedFiles(b, project) - suitedFiles(a, project) || a.name.localeCompare(b.name));
}

const rank = (tool: Tool): number => ['available', 'unavailable', 'in-development', 'coming-soon'].indexOf(tool.status);

export const statusWords: Record<ToolStatus, string> = {
  available: 'available',
  unavailable: 'unavailable',
  'in-development': 'in development',
  'coming-soon': 'coming soon',
};

// How many files of the project the tool is applicable to, as counted by the server.
export function suitedFiles(tool: Tool, project: Pick<Project, 'suits'> | null): number {
  return project?.suits.find((suit) => suit.toolId === tool.id)?.files ?? 0;
}

// "3 of 212 files"; nothing without a project.
export function suitWords(tool: Tool, project: Pick<Project, 'suits' | 'fileCount'> | null): string {
  if (!project) return '';
  const files = suitedFiles(tool, project);
  const all = counted(project.fileCount, 'file');
  return files === 0 ? `takes none of ${all}` : `${files.toLocaleString('en')} of ${all}`;
}
