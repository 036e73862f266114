// The page's addresses. Each can be reloaded, linked to and navigated back from.
import { useSyncExternalStore, type AnchorHTMLAttributes, type MouseEvent } from 'react';

export type Place =
  | { page: 'new' }
  | { page: 'run'; jobId: string }
  | { page: 'history'; with: string }
  | { page: 'checkup'; checkupId: string }
  | { page: 'compare'; left: string; right: string }
  | { page: 'shared'; subject: string }
  | { page: 'preset'; name: string }
  | { page: 'status' }
  | { page: 'nowhere' };

export function placeOf(path: string, query: string): Place {
  const parts = path.split('/').filter(Boolean).map(decode);
  const [first, second] = parts;
  if (parts.length === 0) return { page: 'new' };
  if (first === 'runs' && parts.length === 1) return { page: 'history', with: new URLSearchParams(query).get('with') ?? '' };
  if (first === 'runs' && second !== undefined && parts.length === 2) return { page: 'run', jobId: second };
  if (first === 'checkups' && second !== undefined && parts.length === 2) return { page: 'checkup', checkupId: second };
  if (first === 'p' && second !== undefined && parts.length === 2) return { page: 'preset', name: second };
  if (first === 'shared' && second !== undefined && parts.length === 2) return { page: 'shared', subject: second };
  if ((first === 'status' || first === 'house') && parts.length === 1) return { page: 'status' };
  if (first === 'compare' && parts.length === 1) {
    const fields = new URLSearchParams(query);
    return { page: 'compare', left: fields.get('left') ?? '', right: fields.get('right') ?? '' };
  }
  return { page: 'nowhere' };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

export const runPath = (jobId: string): string => `/runs/${encodeURIComponent(jobId)}`;
export const sharedPath = (subject: string): string => `/shared/${encodeURIComponent(subject)}`;
export const checkupPagePath = (checkupId: string): string => `/checkups/${encodeURIComponent(checkupId)}`;
export const comparePath = (left: string, right: string): string =>
  `/compare?${new URLSearchParams({ left, right }).toString()}`;

const listeners = new Set<() => void>();
const tell = (): void => listeners.forEach((listener) => listener());

export function navigate(path: string): void {
  if (path === location.pathname + location.search) return;
  history.pushState(null, '', path);
  tell();
  scrollTo(0, 0);
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  addEventListener('popstate', listener);
  return () => {
    listeners.delete(listener);
    removeEventListener('popstate', listener);
  };
}

export function usePlace(): Place {
  const address = useSyncExternalStore(subscribe, () => location.pathname + location.search);
  const [path, query] = address.split('?');
  return placeOf(path ?? '/', query ?? '');
}

export function Link({ href, ...rest }: AnchorHTMLAttributes<HTMLAnchorElement> & { href: string }) {
  const follow = (event: MouseEvent<HTMLAnchorElement>): void => {
    rest.onClick?.(event);
    if (event.defaultPrevented || event.button !== 0) return;
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    navigate(href);
  };
  return <a {...rest} href={href} onClick={follow} />;
}
