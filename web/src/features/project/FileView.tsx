import { useEffect, useMemo, useState } from 'react';
import { download, readBytes } from '../../api/client';
import { Button } from '../../ui/Button';
import { ErrorNote } from '../../ui/ErrorNote';
import { useAsync } from '../../ui/useAsync';
import { downloadName, visible } from '../../words/names';
import { bytes } from '../../words/quantities';
import { shownAs, type Shown } from './fileKind';

const mostBytes = 512 * 1024;

// A file of a project or an artifact: text or a picture, and a download.
export function FileView(props: { path: string; url: string; sizeBytes: number; note?: string }) {
  const file = useAsync(props.url, (signal) => readBytes(props.url, mostBytes, signal));
  return (
    <div className="grid min-h-0 gap-2">
      <div className="flex flex-wrap items-baseline gap-2">
        <h3 className="name min-w-0 flex-1 font-mono text-sm font-semibold">{visible(props.path)}</h3>
        <span className="note">{props.note ?? bytes(props.sizeBytes)}</span>
        <Button small onClick={() => void download(props.url, downloadName(props.path))}>
          Download
        </Button>
      </div>
      {file.error && <ErrorNote error={file.error} what="The file could not be loaded" onRetry={file.reload} />}
      {file.loading && <p className="note">Loading…</p>}
      {file.value && <Content path={props.path} {...file.value} />}
    </div>
  );
}

function Content(props: { path: string; bytes: Uint8Array<ArrayBuffer>; more: boolean }) {
  const shown = useMemo(() => shownAs(props.path, props.bytes), [props.path, props.bytes]);
  if (props.bytes.length === 0) return <p className="note">The file is empty.</p>;
  return (
    <>
      {props.more && <p className="note">Showing the first {bytes(props.bytes.length)}. Download the file to see the rest.</p>}
      <Body shown={shown} bytes={props.bytes} path={props.path} />
    </>
  );
}

function Body({ shown, bytes: data, path }: { shown: Shown; bytes: Uint8Array<ArrayBuffer>; path: string }) {
  if (shown.kind === 'binary') return <p className="note">This is a binary file; download it to see it.</p>;
  if (shown.kind === 'picture') return <Picture type={shown.type} bytes={data} path={path} />;
  const lines = shown.text.replace(/\n$/, '').split('\n');
  return (
    <div
      tabIndex={0}
      role="region"
      aria-label={`Content of ${visible(path)}`}
      className="flex max-h-[70vh] overflow-auto rounded-md border border-line bg-sheet font-mono text-[13px] leading-5"
    >
      <pre aria-hidden="true" className="sticky left-0 border-r border-line bg-paper px-2 py-2 text-right text-muted select-none">
        {lines.map((_, i) => i + 1).join('\n')}
      </pre>
      <pre className="px-3 py-2" data-testid="file-text">
        {lines.join('\n')}
      </pre>
    </div>
  );
}

function Picture({ type, bytes: data, path }: { type: string; bytes: Uint8Array<ArrayBuffer>; path: string }) {
  const [url, setUrl] = useState('');
  useEffect(() => {
    const made = URL.createObjectURL(new Blob([data], { type }));
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [data, type]);
  return url === '' ? null : <img src={url} alt={visible(path)} className="max-h-[70vh] max-w-full border border-line" />;
}
