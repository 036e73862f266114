// Light, dark, or the system's theme. public/assets/theme.js sets it for the first paint.
import { useSyncExternalStore } from 'react';
import { readStored, writeStored } from '../ui/storage';

export type Theme = 'system' | 'light' | 'dark';
const name = 'glovebox.theme';
const system = (): MediaQueryList => matchMedia('(prefers-color-scheme: dark)');
const listeners = new Set<() => void>();

export function chosenTheme(): Theme {
  const theme = readStored<unknown>(localStorage, name, 'system');
  return theme === 'light' || theme === 'dark' ? theme : 'system';
}

export function chooseTheme(theme: Theme): void {
  writeStored(localStorage, name, theme);
  apply();
}

export const nextTheme = (theme: Theme): Theme =>
  theme === 'system' ? 'light' : theme === 'light' ? 'dark' : 'system';

function apply(): void {
  const theme = chosenTheme();
  const dark = theme === 'dark' || (theme === 'system' && system().matches);
  document.documentElement.dataset['theme'] = dark ? 'dark' : 'light';
  listeners.forEach((listener) => listener());
}

export function watchTheme(): void {
  system().addEventListener('change', apply);
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export const useChosenTheme = (): Theme => useSyncExternalStore(subscribe, chosenTheme);
export const useIsDark = (): boolean =>
  useSyncExternalStore(subscribe, () => document.documentElement.dataset['theme'] === 'dark');
