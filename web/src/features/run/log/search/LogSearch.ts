// The page's side of a search: keeps the worker's copy of the lines up to date, and asks again when the log has grown.
import type { LogLines } from '../text/LogLines';
import type { Matches, Query } from './searchLines';
import { stderrMark, type FromSearch, type ToSearch } from './searchWorker';

export type SearchResult = { matches: Matches; problem: '' } | { matches: null; problem: string };

// A pattern that takes longer on this log is given up.
const mostMs = 15_000;
const pauseMs = 1000; // between two searches of a log that grows
const batchCharacters = 1024 * 1024;

export class LogSearch {
  #worker: Worker | null = null;
  #query: Query | null = null;
  #sent = 0; // lines that the worker has
  #id = 0;
  #busy = false;
  #again = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #stop: () => void;

  constructor(
    private readonly log: LogLines,
    private readonly onResult: (result: SearchResult) => void,
  ) {
    this.#stop = log.subscribe((from) => {
      this.#sent = Math.min(this.#sent, from);
      if (this.#query !== null && !this.#busy && this.#timer === undefined) this.#timer = setTimeout(() => void this.#run(), pauseMs);
      else this.#again = true;
    });
  }

  dispose(): void {
    this.#query = null;
    this.#stop();
    this.#end();
  }

  // Null ends the search.
  set(query: Query | null): void {
    this.#query = query;
    this.#id += 1;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#busy) this.#again = true;
    else if (query !== null) void this.#run();
  }

  async #run(): Promise<void> {
    this.#timer = undefined;
    this.#busy = true;
    this.#again = false;
    const worker = this.#start();
    await this.#sendLines(worker);
    const query = this.#query;
    if (query === null || worker !== this.#worker) {
      this.#busy = false;
      return;
    }
    const id = this.#id;
    const late = setTimeout(() => {
      if (worker !== this.#worker) return;
      this.#end();
      this.#done(id, { matches: null, problem: 'the search takes too long on this log; use a simpler pattern' });
    }, mostMs);
    worker.onmessage = ({ data }: MessageEvent<FromSearch>) => {
      clearTimeout(late);
      this.#done(id, 'matches' in data ? { matches: data.matches, problem: '' } : { matches: null, problem: data.problem });
    };
    const message: ToSearch = { kind: 'search', id, query };
    worker.postMessage(message);
  }

  // The result of an older query is dropped.
  #done(id: number, result: SearchResult): void {
    this.#busy = false;
    if (this.#query === null) return;
    if (id !== this.#id) return void this.#run();
    this.onResult(result);
    if (this.#again && this.#timer === undefined) this.#timer = setTimeout(() => void this.#run(), pauseMs);
  }

  #start(): Worker {
    if (this.#worker === null) {
      this.#sent = 0;
      this.#worker = new Worker(new URL('./searchWorker.ts', import.meta.url), { type: 'module' });
    }
    return this.#worker;
  }

  #end(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#worker?.terminate();
    this.#worker = null;
  }

  // In batches, with pauses in which the page draws.
  async #sendLines(worker: Worker): Promise<void> {
    while (worker === this.#worker && this.#sent < this.log.count) {
      const from = this.#sent;
      const batch: string[] = [];
      for (let size = 0; this.#sent < this.log.count && size < batchCharacters; this.#sent += 1) {
        const text = this.log.text(this.#sent);
        batch.push((this.log.isStderr(this.#sent) ? stderrMark : '1') + text);
        size += text.length;
      }
      const message: ToSearch = { kind: 'lines', from, text: batch.join('\n') };
      worker.postMessage(message);
      await new Promise((resolve) => setTimeout(resolve, 0));
    }
  }
}
