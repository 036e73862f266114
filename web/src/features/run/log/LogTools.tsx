import { IconButton } from '../../../ui/IconButton';

export type LogViewName = 'lines' | 'terminal' | 'plain';

export interface LogToolsProps {
  live: boolean;
  following: boolean;
  wrap: boolean;
  full: boolean;
  view: LogViewName;
  hasTerminal: boolean; // the tool has moved the cursor
  hasFinding: boolean;
  onFollow: () => void;
  onTop: () => void;
  onEnd: () => void;
  onFinding: () => void;
  onWrap: () => void;
  onView: (view: LogViewName) => void;
  onFull: () => void;
  onCopy: () => void;
  onSave: () => void;
}

// What can be done with the log, beside its search.
export function LogTools(props: LogToolsProps) {
  const { view, live } = props;
  const lines = view === 'lines';
  const toggle = (name: 'terminal' | 'plain'): void => props.onView(view === name ? 'lines' : name);
  return (
    <div role="group" aria-label="Log" className="flex flex-wrap items-center gap-0.5">
      <IconButton icon="top" label="Top" disabled={!lines} onClick={props.onTop} />
      {props.hasFinding && <IconButton icon="flag" label="First finding" disabled={!lines} onClick={props.onFinding} />}
      {live ? (
        <IconButton icon="end" label="Follow" pressed={props.following} disabled={view === 'plain'} onClick={props.onFollow} wide />
      ) : (
        <IconButton icon="end" label="End" disabled={!lines} onClick={props.onEnd} />
      )}
      <IconButton icon="wrap" label="Wrap" pressed={props.wrap} disabled={!lines} onClick={props.onWrap} wide />
      {props.hasTerminal && <IconButton icon="terminal" label="Terminal" pressed={view === 'terminal'} onClick={() => toggle('terminal')} wide />}
      <IconButton icon="text" label="Plain text" pressed={view === 'plain'} onClick={() => toggle('plain')} />
      <IconButton icon="copy" label="Copy" onClick={props.onCopy} />
      <IconButton icon="save" label="Full log" onClick={props.onSave} />
      <IconButton icon={props.full ? 'shrink' : 'expand'} label="Full screen" pressed={props.full} onClick={props.onFull} />
    </div>
  );
}
