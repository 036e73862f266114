import { useEffect, useRef, useState, type KeyboardEvent, type RefObject } from 'react';
import { useIsDark } from '../../../app/theme';
import type { OutputStore } from '../OutputStore';
import type { PlaceLinks } from './linkProvider';
import { LogTerminal } from './LogTerminal';
import type { Shown } from './text/RowIndex';

export interface LogViewProps {
  output: OutputStore;
  shown: Shown;
  log: RefObject<LogTerminal | null>;
  links: PlaceLinks | null;
  onScrolled: (following: boolean) => void;
}

// The terminal on the page. Loaded separately, so that xterm.js is fetched only for a run that moves the cursor.
export default function LogView(props: LogViewProps) {
  const host = useRef<HTMLDivElement>(null);
  const gutter = useRef<HTMLDivElement>(null);
  const isDark = useIsDark();
  const [startDark] = useState(isDark);
  const { output, log } = props;
  const handlers = useRef(props);
  handlers.current = props;

  useEffect(() => {
    if (!host.current || !gutter.current) return;
    const terminal = new LogTerminal(
      host.current,
      gutter.current,
      output,
      {
        scrolled: (following) => handlers.current.onScrolled(following),
        links: () => handlers.current.links,
      },
      startDark,
    );
    log.current = terminal;
    return () => {
      log.current = null;
      terminal.dispose();
    };
  }, [output, log, startDark]);
  useEffect(() => log.current?.setDark(isDark), [log, isDark]);
  useEffect(() => log.current?.show(props.shown), [log, props.shown]);

  const scroll = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (log.current?.scroll(event.key)) event.preventDefault();
  };
  return (
    <div
      tabIndex={0}
      role="region"
      aria-label="Output of the tool, as a terminal. Scroll with the arrow and page keys; use the plain text view with a screen reader."
      onKeyDown={scroll}
      onCopy={(event) => {
        const text = log.current?.selection() ?? '';
        if (text === '') return;
        event.clipboardData.setData('text/plain', text);
        event.preventDefault();
      }}
      className="log flex h-[min(60vh,40rem)] min-h-48 flex-1 overflow-hidden py-1"
    >
      <div ref={gutter} aria-hidden="true" className="log-gutter w-[3px] shrink-0 overflow-hidden" />
      <div ref={host} className="min-w-0 flex-1 pl-2" data-testid="terminal" />
    </div>
  );
}
