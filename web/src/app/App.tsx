import { lazy, Suspense, useState } from 'react';
import { KeyGate } from './KeyGate';
import { Announcer } from './announce';
import { DraftProvider } from './draft';
import { Header } from './Header';
import { navigate, usePlace, type Place } from './router';
import { ShortcutHelp, useShortcuts } from './shortcuts';
import { chooseTheme, chosenTheme, nextTheme } from './theme';
import { CatalogueProvider } from '../features/tools/catalogue';
import { Workbench } from './Workbench';

const HistoryPage = lazy(() => import('../features/history/HistoryPage'));
const CheckupPage = lazy(() => import('../features/checkup/CheckupPage'));
const ComparePage = lazy(() => import('../features/history/ComparePage'));
const SharedPage = lazy(() => import('../features/share/SharedPage'));
const StatusPage = lazy(() => import('../features/status/StatusPage'));

export function App() {
  const place = usePlace();
  const [help, setHelp] = useState(false);
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
        <main id="main" tabIndex={-1} className="mx-auto w-full max-w-[100rem] px-4 pb-10 outline-none sm:px-6">
          <Suspense fallback={<p className="note py-8">Loading…</p>}>
            <Page place={place} />
          </Suspense>
        </main>
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
    case 'shared':
      return <SharedPage key={place.subject} subject={place.subject} />;
    case 'status':
      return <StatusPage />;
    case 'nowhere':
      return (
        <div className="py-12">
          <h1 className="text-xl font-semibold">Page not found</h1>
          <p className="note mt-1">The link may be old or incomplete.</p>
        </div>
      );
  }
}
