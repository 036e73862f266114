// The token of a link that was shared with the user. It arrives in the fragment of the address, which browsers
// send to no server and put into no Referer. It is taken out of the address and kept for the tab, because the
// fragment is also used for places in the findings.
const name = 'glovebox.share';

export const isShared = (): boolean => typeof location !== 'undefined' && location.pathname.startsWith('/shared/');

// True if there was one.
function takeToken(): boolean {
  if (!isShared()) return false;
  const token = new URLSearchParams(location.hash.slice(1)).get('share');
  if (token === null) return false;
  sessionStorage.setItem(name, token);
  history.replaceState(null, '', location.pathname + location.search);
  return true;
}

if (typeof location !== 'undefined') {
  takeToken();
  // Another link to the same run, pasted over the address.
  addEventListener('hashchange', () => takeToken() && location.reload());
}

// Null: there is none, or this page is the user's own.
export const shareToken = (): string | null => (isShared() ? sessionStorage.getItem(name) : null);

export const sharedAddress = (subject: string, token: string): string => `${location.origin}/shared/${encodeURIComponent(subject)}#share=${token}`;
