import { lazy, Suspense, useEffect } from 'react';
import { shareToken } from '../../api/share';
import { RunView } from '../run/RunView';
import { useStarting } from '../run/useStarting';

const CheckupPage = lazy(() => import('../checkup/CheckupPage'));

// A run or a check-up of somebody else, by their link: to read only.
export default function SharedPage({ subject }: { subject: string }) {
  const starting = useStarting();
  const token = shareToken();
  useEffect(() => {
    if (token === null) document.title = 'Private · Glovebox';
  }, [token]);
  if (token === null) {
    return (
      <div className="grid max-w-2xl gap-2 py-6">
        <h1 className="text-xl font-semibold">This link is private</h1>
        <p>A run is seen only by who started it, and by anyone who has the whole link, with “#share=” and what follows. Ask for the link again.</p>
      </div>
    );
  }
  const isCheckup = subject.startsWith('chk_');
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-3">
      <p className="note" data-testid="shared-note">
        Shared with you, to read only. The {isCheckup ? 'check-up' : 'run'} and this link are deleted after some time.
      </p>
      {isCheckup ? (
        <Suspense fallback={<p className="note py-8">Loading…</p>}>
          <CheckupPage key={subject} checkupId={subject} />
        </Suspense>
      ) : (
        <RunView key={subject} jobId={subject} starting={starting} />
      )}
    </div>
  );
}
