import { useEffect, useLayoutEffect, useRef, type KeyboardEvent, type RefObject } from 'react';
import { useIsDark } from '../../../../app/theme';
import type { LineRange } from '../lineAddress';
import type { PlaceLinks } from '../linkProvider';
import type { Found } from '../search/useLogSearch';
import type { LogLines } from '../text/LogLines';
import type { Shown } from '../text/RowIndex';
import { LogList } from './LogList';

export interface LogListViewProps {
  lines: LogLines;
  shown: Shown;
  wrap: boolean;
  // Where the log is opened, known once: its end, or a line from 1 on. Undefined: not known yet.
  start: 'end' | number | undefined;
  chosen: LineRange | null;
  found: Found;
  links: PlaceLinks | null;
  list: RefObject<LogList | null>;
  box: RefObject<HTMLDivElement | null>;
  onFollowed: (following: boolean) => void;
  onNumbered: (line: number, extend: boolean) => void;
}

// The output of a run, or of a run so far, as a list of lines.
export function LogListView(props: LogListViewProps) {
  const { lines, list, box, start, found } = props;
  const isDark = useIsDark();
  const handlers = useRef(props);
  handlers.current = props;
  const opened = useRef(false);
  const revealed = useRef(0);

  useLayoutEffect(() => {
    if (!box.current) return;
    const made = new LogList(
      box.current,
      lines,
      {
        followed: (following) => handlers.current.onFollowed(following),
        numbered: (line, extend) => handlers.current.onNumbered(line, extend),
      },
      isDark,
    );
    list.current = made;
    return () => {
      list.current = null;
      made.dispose();
    };
    // The effect below passes later changes of the theme on.
  }, [lines, list, box]);
  useEffect(() => list.current?.setDark(isDark), [list, isDark]);
  useEffect(() => list.current?.setLayout(props.shown, props.wrap), [list, props.shown, props.wrap]);
  useEffect(() => list.current?.setLinks(props.links), [list, props.links]);
  useEffect(() => list.current?.setChosen(props.chosen), [list, props.chosen]);
  useEffect(() => {
    list.current?.setMatches(found.matches, found.current, found.turn !== revealed.current);
    revealed.current = found.turn;
  }, [list, found]);
  useEffect(() => {
    if (opened.current || start === undefined) return;
    opened.current = true;
    if (start === 'end') list.current?.follow(true);
    else if (start > 1) list.current?.showLine(start - 1, 'middle');
  }, [list, start]);

  // Enter opens the source that the chosen line names.
  const key = (event: KeyboardEvent): void => {
    if (event.key !== 'Enter' || event.target !== box.current || !props.chosen) return;
    if (list.current?.openPlace(props.chosen.first - 1, 0)) event.preventDefault();
  };
  return (
    <div
      ref={box}
      tabIndex={0}
      role="region"
      aria-label="Output of the tool. Scroll with the arrow and page keys; use the plain text view with a screen reader."
      onKeyDown={key}
      className="log log-box"
      data-testid="log"
    />
  );
}
