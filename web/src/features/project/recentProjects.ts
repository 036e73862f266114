// Projects that this browser has used and that the server still has.
import type { Project } from '../../api/types';
import { readStored, writeStored } from '../../ui/storage';

export type RecentProject = Pick<Project, 'projectId' | 'name' | 'fileCount' | 'totalBytes' | 'expiresAt'>;

const name = 'glovebox.projects';
const most = 12;

export function withProject(list: readonly RecentProject[], project: RecentProject): RecentProject[] {
  const { projectId, name: title, fileCount, totalBytes, expiresAt } = project;
  const entry = { projectId, name: title, fileCount, totalBytes, expiresAt };
  return [entry, ...list.filter((other) => other.projectId !== projectId)].slice(0, most);
}

export function stillKept(list: readonly RecentProject[], now = Date.now()): RecentProject[] {
  return list.filter((project) => Date.parse(project.expiresAt) > now);
}

export const recentProjects = (): RecentProject[] => stillKept(readStored<RecentProject[]>(localStorage, name, []));

export function rememberProject(project: Project): void {
  writeStored(localStorage, name, withProject(recentProjects(), project));
}

export function forgetProject(projectId: string): void {
  writeStored(localStorage, name, recentProjects().filter((project) => project.projectId !== projectId));
}
