import { lazy, Suspense, useState } from 'react';
import { isShared } from '../../api/share';
import { Button } from '../../ui/Button';

const ShareDialog = lazy(() => import('./ShareDialog'));

// Makes read-only links to a run or a check-up; nothing for readers of such a link.
export function ShareButton({ subject }: { subject: string }) {
  const [open, setOpen] = useState(false);
  if (isShared()) return null;
  return (
    <>
      <p>
        <Button onClick={() => setOpen(true)} aria-haspopup="dialog">
          Share…
        </Button>
      </p>
      {open && (
        <Suspense fallback={null}>
          <ShareDialog subject={subject} onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </>
  );
}
