// The server's list of tools, for every part of the page.
import { createContext, useContext, type ReactNode } from 'react';
import { api } from '../../api/client';
import type { Tool } from '../../api/types';
import { useAsync, type Async } from '../../ui/useAsync';

const Context = createContext<Async<Tool[]> | null>(null);

export function CatalogueProvider({ children }: { children: ReactNode }) {
  const tools = useAsync('tools', api.tools);
  return <Context.Provider value={tools}>{children}</Context.Provider>;
}

export function useCatalogue(): Async<Tool[]> {
  const context = useContext(Context);
  if (!context) throw new Error('no CatalogueProvider');
  return context;
}

export function useTool(id: string | null | undefined): Tool | undefined {
  return useCatalogue().value?.find((tool) => tool.id === id);
}
