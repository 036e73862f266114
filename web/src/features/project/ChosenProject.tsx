import { useState } from 'react';
import type { Project } from '../../api/types';
import { Button } from '../../ui/Button';
import { visible } from '../../words/names';
import { bytes, clock, counted } from '../../words/quantities';

export function ChosenProject(props: { project: Project; leftOut: string[]; onRemove: () => void }) {
  const { project } = props;
  const [sure, setSure] = useState(false);
  return (
    <div className="panel grid gap-1 p-3" data-testid="project">
      <p className="name font-semibold">{visible(project.name)}</p>
      <p className="note">
        {counted(project.fileCount, 'file')}, {bytes(project.totalBytes)} · kept until {clock(project.expiresAt)}
      </p>
      {props.leftOut.length > 0 && <p className="note">Left out: {props.leftOut.join(', ')}</p>}
      <p className="flex gap-2">
        {sure ? (
          <>
            <Button kind="danger" small onClick={props.onRemove}>
              Remove from the server
            </Button>
            <Button kind="quiet" small onClick={() => setSure(false)}>
              Keep
            </Button>
          </>
        ) : (
          <Button kind="quiet" small className="-ml-2" onClick={() => setSure(true)}>
            Remove…
          </Button>
        )}
      </p>
    </div>
  );
}
