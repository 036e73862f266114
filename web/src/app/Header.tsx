import { Link, type Place } from './router';
import { chooseTheme, nextTheme, useChosenTheme, type Theme } from './theme';
import { hasKey, signInAddress, signOut, useSession } from '../api/session';
import { StatusLight } from '../features/status/StatusLight';

const themeWord: Record<Theme, string> = { system: 'system', light: 'light', dark: 'dark' };

export function Header({ place, onHelp }: { place: Place; onHelp: () => void }) {
  const theme = useChosenTheme();
  // A reader of a link has no runs here and may request nothing else.
  const shared = place.page === 'shared';
  const nav = shared ? [] : [
    { href: '/', text: 'Run', on: place.page === 'new' || place.page === 'run' || place.page === 'checkup' },
    { href: '/runs', text: 'Your runs', on: place.page === 'history' || place.page === 'compare' },
    { href: '/status', text: 'Server status', on: place.page === 'status' },
  ];
  return (
    <header className="mb-4 border-b border-line bg-sheet">
      <div className="mx-auto flex max-w-[128rem] flex-wrap items-center gap-x-5 gap-y-1 px-4 py-2 sm:px-6">
        <Link href="/" className="flex items-center gap-2 font-semibold tracking-tight">
          <Mark />
          Glovebox
        </Link>
        <nav aria-label="Pages" hidden={shared} className="order-3 -ml-2.5 flex w-full gap-1 sm:order-none sm:ml-0 sm:w-auto">
          {nav.map(({ href, text, on }) => (
            <Link
              key={href}
              href={href}
              aria-current={on ? 'page' : undefined}
              className="rounded-md px-2.5 py-1.5 text-muted hover:text-ink aria-[current]:bg-sunken aria-[current]:text-ink"
            >
              {text}
            </Link>
          ))}
        </nav>
        <div className="ml-auto flex items-center gap-1 text-[13px] text-muted">
          {!shared && <Who />}
          {!shared && <StatusLight />}
          <button
            type="button"
            className="rounded px-2 py-1.5 hover:bg-sunken hover:text-ink"
            onClick={() => chooseTheme(nextTheme(theme))}
            aria-label={`Theme: ${themeWord[theme]}. Change it.`}
          >
            <span aria-hidden="true">◐ {themeWord[theme]}</span>
          </button>
          <button
            type="button"
            className="rounded px-2 py-1.5 hover:bg-sunken hover:text-ink"
            onClick={onHelp}
            aria-label="Keyboard shortcuts"
          >
            <kbd aria-hidden="true" className="font-mono">
              ?
            </kbd>
          </button>
        </div>
      </div>
    </header>
  );
}

// Who is signed in; nothing where people do not sign in.
function Who() {
  const session = useSession();
  if (session === null) return null;
  const { name, signInUrl, signOutUrl } = session;
  return (
    <>
      {name !== null && (
        <span className="max-w-48 truncate px-2 py-1.5 text-ink" title={session.client.startsWith('key:') ? `API key ${name}` : name} data-who>
          {name}
        </span>
      )}
      {(signOutUrl !== null || hasKey(session)) && (
        <button type="button" className="rounded px-2 py-1.5 hover:bg-sunken hover:text-ink" onClick={() => void signOut(signOutUrl)}>
          Sign out
        </button>
      )}
      {name === null && signInUrl !== null && (
        <a href={signInAddress(signInUrl)} className="rounded px-2 py-1.5 hover:bg-sunken hover:text-ink">
          Sign in
        </a>
      )}
    </>
  );
}

// A glovebox: a box with two ports for the hands.
function Mark() {
  return (
    <svg aria-hidden="true" viewBox="0 0 28 22" className="h-5 text-accent">
      <rect x="1" y="1" width="26" height="20" rx="4.5" fill="none" stroke="currentColor" strokeWidth="2" />
      <circle cx="9.5" cy="11.5" r="4" fill="currentColor" />
      <circle cx="18.5" cy="11.5" r="4" fill="currentColor" />
    </svg>
  );
}
