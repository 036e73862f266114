// The worker that all tabs share: streamHub.ts behind message ports.
import type { ApiError } from './errors';
import { followJob } from './followJob';
import { StreamHub } from './streamHub';
import { goneMs, type FromWorker, type PlainError, type ToWorker } from './streamMessages';

const hub = new StreamHub(followJob);

const plain = ({ status, type, message, retryAfterMs }: ApiError): PlainError => ({ status, type, message, retryAfterMs });

function serve(port: MessagePort): void {
  const tell = (message: FromWorker): void => port.postMessage(message);
  let leave: (() => void) | null = null;
  const part = (): void => {
    clearTimeout(silence);
    leave?.();
    leave = null;
    port.close();
  };
  let silence = setTimeout(part, goneMs);
  port.onmessage = ({ data }: MessageEvent<ToWorker>) => {
    clearTimeout(silence);
    silence = setTimeout(part, goneMs);
    if (data.kind === 'leave') part();
    if (data.kind !== 'follow' || leave) return;
    leave = hub.join(data, {
      events: (events) => tell({ kind: 'events', events }),
      connection: (state) =>
        tell(state.open ? { kind: 'open' } : { kind: 'lost', retryAt: state.retryAt, error: plain(state.error) }),
      ended: () => tell({ kind: 'ended' }),
      failed: (error) => tell({ kind: 'failed', error: plain(error) }),
    });
  };
}

// The only global that a shared worker has and a page has not.
const scope = self as unknown as { onconnect: (event: MessageEvent) => void };
scope.onconnect = ({ ports }) => {
  if (ports[0]) serve(ports[0]);
};
