// A parser of server-sent events (WHATWG), fed with text in pieces that may be cut anywhere.

export interface ServerEvent {
  id: string;
  event: string;
  data: string;
}

// Far above our largest event; a server that never ends one must not fill the memory.
const mostCharacters = 16 * 1024 * 1024;

export class EventStreamParser {
  #rest = '';
  #sawCarriageReturn = false;
  #event = '';
  #data: string[] = [];
  #dataSize = 0;
  #id = '';
  #first = true;

  // The id of the last event that had one.
  get lastEventId(): string {
    return this.#id;
  }

  push(text: string): ServerEvent[] {
    if (this.#first && text.length > 0) {
      this.#first = false;
      if (text.startsWith('\uFEFF')) text = text.slice(1);
    }
    const events: ServerEvent[] = [];
    if (this.#sawCarriageReturn && text.length > 0) {
      this.#sawCarriageReturn = false;
      if (text.startsWith('\n')) text = text.slice(1);
    }
    this.#rest += text;
    let start = 0;
    const ends = /\r\n|\r|\n/g;
    for (let match = ends.exec(this.#rest); match; match = ends.exec(this.#rest)) {
      const line = this.#rest.slice(start, match.index);
      start = match.index + match[0].length;
      if (match[0] === '\r' && start === this.#rest.length) this.#sawCarriageReturn = true;
      const event = this.#line(line);
      if (event) events.push(event);
    }
    this.#rest = this.#rest.slice(start);
    if (this.#rest.length + this.#dataSize > mostCharacters) throw new Error('an event is too long');
    return events;
  }

  #line(line: string): ServerEvent | null {
    if (line === '') return this.#dispatch();
    const colon = line.indexOf(':');
    const field = colon < 0 ? line : line.slice(0, colon);
    let value = colon < 0 ? '' : line.slice(colon + 1);
    if (value.startsWith(' ')) value = value.slice(1);
    if (field === 'event') this.#event = value;
    else if (field === 'id' && !value.includes('\0')) this.#id = value;
    else if (field === 'data') {
      this.#data.push(value);
      this.#dataSize += value.length;
    }
    return null;
  }

  #dispatch(): ServerEvent | null {
    const event = { id: this.#id, event: this.#event || 'message', data: this.#data.join('\n') };
    const complete = this.#data.length > 0;
    this.#event = '';
    this.#data = [];
    this.#dataSize = 0;
    return complete ? event : null;
  }
}
