import { lazy, Suspense, useEffect, useState } from 'react';
import { KeyGate } from './KeyGate';
import { Announcer } from './announce';
import { DraftProvider } from './draft';
import { Header } from './Header';
import { useFocusOnPage, useKeptFocus } from './focus';
import { Link, navigate, usePlace, type Place } from './router';
import { ShortcutHelp, useShortcuts } from './shortcuts';
import { chooseTheme, chosenTheme, nextTheme } from './theme';
import { DropAnywhere } from '../features/project/DropAnywhere';
import { CatalogueProvider } from '../features/tools/catalogue';
import { visible } from '../words/names';
import { Workbench } from './Workbench';

const HistoryPage = lazy(() => import('../features/history/HistoryPage'));
const CheckupPage = lazy(() => import('../features/checkup/CheckupPage'));
const ComparePage = lazy(() => import('../features/history/ComparePage'));
const PresetPage = lazy(() => import('../features/preset/PresetPage'));
const SharedPage = lazy(() => import('../features/share/SharedPage'));
const StatusPage = lazy(() => import('../features/status/StatusPage'));

export function App() {
  const place = usePlace();
  const [help, setHelp] = useState(false);
  useKeptFocus();
  useFocusOnPage(JSON.stringify(place));
  useShortcuts({
    '?': () => setHelp(true),
    h: () => navigate('/runs'),
    s: () => navigate('/status'),
    d: () => chooseTheme(nextTheme(chosenTheme())),
  });
  return (
    <DraftProvider>
      <CatalogueProvider>
        <a href="#main" className="skip">
          Skip to the page
        </a>
        <Header place={place} onHelp={() => setHelp(true)} />
        <main id="main" tabIndex={-1} className="mx-auto w-full max-w-[128rem] px-4 pb-10 outline-none sm:px-6">
          <Suspense fallback={<p className="note py-8">Loading…</p>}>
            <Page place={place} />
          </Suspense>
        </main>
        <DropAnywhere place={place} />
        <Announcer />
        <KeyGate />
        {help && <ShortcutHelp onClose={() => setHelp(false)} />}
      </CatalogueProvider>
    </DraftProvider>
  );
}

function Page({ place }: { place: Place }) {
  switch (place.page) {
    case 'new':
      return <Workbench jobId={null} />;
    case 'run':
      return <Workbench jobId={place.jobId} />;
    case 'history':
      return <HistoryPage key={place.with} with={place.with} />;
    case 'checkup':
      return <CheckupPage key={place.checkupId} checkupId={place.checkupId} />;
    case 'compare':
      return <ComparePage left={place.left} right={place.right} />;
    case 'preset':
      return <PresetPage key={place.name} name={place.name} />;
    case 'shared':
      return <SharedPage key={place.subject} subject={place.subject} />;
    case 'status':
      return <StatusPage />;
    case 'nowhere':
      return <Nowhere />;
  }
}

// The server answers with status 404 and this page.
function Nowhere() {
  useEffect(() => {
    document.title = 'Page not found · Glovebox';
  }, []);
  return (
    <section aria-labelledby="nowhere" className="grid max-w-2xl gap-2 py-12">
      <h1 id="nowhere" className="text-xl font-semibold">
        Page not found
      </h1>
      <p>
        There is no page at <span className="name font-mono text-[13px]">{visible(location.pathname)}</span>. The link may be old or incomplete.
      </p>
      <p className="flex gap-4">
        <Link href="/" className="underline underline-offset-2">
          Start a run
        </Link>
        <Link href="/runs" className="underline underline-offset-2">
          Your runs
        </Link>
      </p>
    </section>
  );
}
