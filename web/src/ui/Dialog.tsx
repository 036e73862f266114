import { useLayoutEffect, useRef, type ReactNode } from 'react';

// The browser's modal dialog: it keeps the focus, and Escape closes it.
export function Dialog(props: { title: string; onClose: () => void; children: ReactNode }) {
  const ref = useRef<HTMLDialogElement>(null);
  // Closed before it is removed: the browser then gives the focus back.
  useLayoutEffect(() => {
    const dialog = ref.current;
    if (dialog && !dialog.open) dialog.showModal();
    return () => dialog?.close();
  }, []);
  return (
    <dialog
      ref={ref}
      aria-label={props.title}
      onCancel={(event) => {
        event.preventDefault();
        props.onClose();
      }}
      className="panel m-auto w-[min(34rem,calc(100vw-2rem))] p-5 text-ink shadow-xl"
    >
      <h2 className="mb-3 text-lg font-semibold">{props.title}</h2>
      {props.children}
    </dialog>
  );
}
