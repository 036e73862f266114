// StreamHub: one connection for all pages that follow the same job. It runs in a worker that all tabs share,
// because browsers open only six connections to one server over HTTP/1.1: one stream per tab would use them
// up.
//
// The events of a stream are kept while a page follows it, so that a page that joins later, or returns, gets
// the missing ones. A page whose position is not in the kept events gets a separate stream.
import { asApiError, type ApiError } from './errors';
import type { ServerEvent } from './eventStream';
import type { FollowHandlers, FollowOptions } from './followJob';

export type Follow = (jobId: string, handlers: FollowHandlers, options: FollowOptions) => Promise<void>;

export interface Wanted {
  jobId: string;
  // After the event with this id; '' from the start.
  after: string;
  // The API key that the page has; null: none.
  key: string | null;
}

// The notifications for one page. None follows `ended` or `failed`.
export interface Listener {
  events(events: ServerEvent[]): void;
  connection(state: { open: true } | { open: false; retryAt: number; error: ApiError }): void;
  ended(): void;
  failed(error: ApiError): void;
}

// More than servers store of a run by default. Further events are not kept, and a page that joins
// later gets a separate stream.
const mostCharacters = 32 * 1024 * 1024;

interface Stream {
  start: string;
  events: ServerEvent[];
  characters: number;
  open: boolean;
  listeners: Set<Listener>;
  stop: AbortController;
}

export class StreamHub {
  readonly #follow: Follow;
  readonly #streams = new Map<string, Set<Stream>>();

  constructor(follow: Follow) {
    this.#follow = follow;
  }

  // The number of connections.
  get size(): number {
    let size = 0;
    for (const streams of this.#streams.values()) size += streams.size;
    return size;
  }

  // Returns a function that leaves. When the last page leaves, the stream is closed.
  join(wanted: Wanted, listener: Listener): () => void {
    const name = JSON.stringify([wanted.jobId, wanted.key]);
    const stream = this.#find(name, wanted.after) ?? this.#begin(name, wanted);
    const missed = stream.events.slice(indexAfter(stream, wanted.after));
    stream.listeners.add(listener);
    if (stream.open) listener.connection({ open: true });
    if (missed.length > 0) listener.events(missed);
    return () => {
      stream.listeners.delete(listener);
      if (stream.listeners.size === 0) this.#end(name, stream);
    };
  }

  #find(name: string, after: string): Stream | undefined {
    return [...(this.#streams.get(name) ?? [])].find((stream) => indexAfter(stream, after) >= 0);
  }

  #begin(name: string, { jobId, after, key }: Wanted): Stream {
    const stop = new AbortController();
    const stream: Stream = { start: after, events: [], characters: 0, open: false, listeners: new Set(), stop };
    const streams = this.#streams.get(name) ?? new Set();
    this.#streams.set(name, streams.add(stream));
    const tell = (what: (listener: Listener) => void): void => [...stream.listeners].forEach(what);
    this.#follow(
      jobId,
      {
        event: (event) => {
          keep(stream, event);
          tell((listener) => listener.events([event]));
        },
        connection: (state) => {
          stream.open = state.open;
          tell((listener) => listener.connection(state));
        },
      },
      { after, signal: stop.signal, authorization: key === null ? {} : { Authorization: `Bearer ${key}` } },
    ).then(
      () => {
        this.#end(name, stream);
        tell((listener) => listener.ended());
      },
      (error: unknown) => {
        this.#end(name, stream);
        tell((listener) => listener.failed(asApiError(error)));
      },
    );
    return stream;
  }

  #end(name: string, stream: Stream): void {
    stream.stop.abort();
    const streams = this.#streams.get(name);
    if (streams?.delete(stream) && streams.size === 0) this.#streams.delete(name);
  }
}

function keep(stream: Stream, event: ServerEvent): void {
  stream.characters += event.data.length;
  stream.events.push(event);
  if (stream.characters <= mostCharacters) return;
  // The last id still marks the stream's position.
  stream.start = event.id;
  stream.events = [];
  stream.characters = 0;
}

// The index of the first event after that id; -1 if the stream does not have it. Several events may have one
// id: those without output.
function indexAfter(stream: Stream, after: string): number {
  for (let i = stream.events.length - 1; i >= 0; i -= 1) if (stream.events[i]?.id === after) return i + 1;
  return stream.start === after ? 0 : -1;
}
