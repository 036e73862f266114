import { lazy, Suspense, useRef, useState } from 'react';
import { isShared } from '../../api/share';
import { Button } from '../../ui/Button';

const ShareDialog = lazy(() => import('./ShareDialog'));

// Makes read-only links to a run or a check-up; nothing for readers of such a link.
export function ShareButton({ subject }: { subject: string }) {
  const [open, setOpen] = useState(false);
  const opener = useRef<HTMLElement | null>(null);
  const close = (): void => {
    setOpen(false);
    // Once the dialog is gone: it makes the rest of the page inert.
    setTimeout(() => opener.current?.focus());
  };
  if (isShared()) return null;
  return (
    <>
      <p>
        <Button
          aria-haspopup="dialog"
          onClick={(event) => {
            opener.current = event.currentTarget;
            setOpen(true);
          }}
        >
          Share…
        </Button>
      </p>
      {open && (
        <Suspense fallback={null}>
          <ShareDialog subject={subject} onClose={close} />
        </Suspense>
      )}
    </>
  );
}
