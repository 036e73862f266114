import { describe, expect, it } from 'vitest';
import { EventStreamParser, type ServerEvent } from './eventStream';

const parse = (...pieces: string[]): ServerEvent[] => {
  const parser = new EventStreamParser();
  return pieces.flatMap((piece) => parser.push(piece));
};

describe('EventStreamParser', () => {
  const text = 'id: 4\nevent: output\ndata: {"a":1}\n\n: still here\n\nid: end\nevent: complete\ndata: x\ndata: y\n\n';
  const events = [
    { id: '4', event: 'output', data: '{"a":1}' },
    { id: 'end', event: 'complete', data: 'x\ny' },
  ];

  it('reads events, comments and several lines of data', () => expect(parse(text)).toEqual(events));

  it('reads the same however the text is cut', () => {
    for (let cut = 0; cut <= text.length; cut++) expect(parse(text.slice(0, cut), text.slice(cut))).toEqual(events);
    expect(parse(...text)).toEqual(events);
  });

  it('takes all three ends of a line, also cut in the middle', () => {
    expect(parse(text.replace(/\n/g, '\r'))).toEqual(events);
    const crlf = text.replace(/\n/g, '\r\n');
    expect(parse(...crlf)).toEqual(events);
  });

  it('keeps the last id for events without one', () => {
    expect(parse('id: 7\ndata: a\n\ndata: b\n\n').map((event) => event.id)).toEqual(['7', '7']);
  });

  it('tells nothing of an event that is not complete or has no data', () => {
    expect(parse('data: a\n')).toEqual([]);
    expect(parse('event: x\n\n')).toEqual([]);
  });

  it('skips a byte order mark and unknown fields', () => {
    expect(parse('\uFEFFdata: a\nretry: 5\nx: y\n\n')).toEqual([{ id: '', event: 'message', data: 'a' }]);
  });

  it('gives up on an event without an end', () => {
    const parser = new EventStreamParser();
    expect(() => {
      for (let i = 0; i < 40; i++) parser.push('x'.repeat(1024 * 1024));
    }).toThrow('too long');
  });
});
