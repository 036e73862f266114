import { describe, expect, it } from 'vitest';
import { ApiError } from './errors';
import type { ServerEvent } from './eventStream';
import type { FollowHandlers, FollowOptions } from './followJob';
import { StreamHub, type Listener } from './streamHub';

interface Opened {
  jobId: string;
  handlers: FollowHandlers;
  options: FollowOptions;
  end: () => void;
  fail: (error: unknown) => void;
}

function hub() {
  const opened: Opened[] = [];
  const made = new StreamHub((jobId, handlers, options) =>
    new Promise((end, fail) => {
      opened.push({ jobId, handlers, options, end, fail });
    }),
  );
  return { hub: made, opened };
}

const event = (id: string, name = 'output', data = id): ServerEvent => ({ id, event: name, data });

class Heard implements Listener {
  ids: string[] = [];
  told: string[] = [];
  events(events: ServerEvent[]): void {
    this.ids.push(...events.map(({ id }) => id));
  }
  connection(state: { open: boolean }): void {
    this.told.push(state.open ? 'open' : 'lost');
  }
  ended(): void {
    this.told.push('ended');
  }
  failed(error: ApiError): void {
    this.told.push(error.message);
  }
}

const wanted = (after = '', key: string | null = null, jobId = 'job_1') => ({ jobId, after, key });

describe('StreamHub', () => {
  it('has one stream for all pages that follow a job, and each gets every event', () => {
    const { hub: streams, opened } = hub();
    const heard = Array.from({ length: 7 }, () => new Heard());
    streams.join(wanted(), heard[0] as Heard);
    opened[0]?.handlers.connection({ open: true });
    opened[0]?.handlers.event(event('0', 'status'));
    opened[0]?.handlers.event(event('4'));
    heard.slice(1).forEach((one) => streams.join(wanted(), one));
    opened[0]?.handlers.event(event('5'));
    expect(opened.length).toBe(1);
    for (const one of heard) expect([one.ids, one.told]).toEqual([['0', '4', '5'], ['open']]);
  });

  it('resumes for a page that was away after its last event', () => {
    const { hub: streams, opened } = hub();
    const [stays, goes, back] = [new Heard(), new Heard(), new Heard()];
    streams.join(wanted(), stays);
    const leave = streams.join(wanted(), goes);
    opened[0]?.handlers.event(event('0', 'status'));
    opened[0]?.handlers.event(event('4'));
    leave();
    opened[0]?.handlers.event(event('9'));
    streams.join(wanted('4'), back);
    expect([opened.length, goes.ids, back.ids]).toEqual([1, ['0', '4'], ['9']]);
  });

  it('closes with the last page, and opens after what the next one has seen', () => {
    const { hub: streams, opened } = hub();
    const leave = streams.join(wanted(), new Heard());
    opened[0]?.handlers.event(event('4'));
    leave();
    expect([opened[0]?.options.signal.aborted, streams.size]).toEqual([true, 0]);
    streams.join(wanted('4'), new Heard());
    expect([opened.length, opened[1]?.options.after]).toEqual([2, '4']);
  });

  it('gives a separate stream to a page in the middle of an event, with another key or another job', () => {
    const { hub: streams, opened } = hub();
    streams.join(wanted(), new Heard());
    opened[0]?.handlers.event(event('4'));
    streams.join(wanted('2'), new Heard());
    streams.join(wanted('', 'gbx_other'), new Heard());
    streams.join(wanted('', null, 'job_2'), new Heard());
    expect(opened.map(({ jobId, options }) => [jobId, options.after, options.authorization])).toEqual([
      ['job_1', '', {}],
      ['job_1', '2', {}],
      ['job_1', '', { Authorization: 'Bearer gbx_other' }],
      ['job_2', '', {}],
    ]);
  });

  it('keeps no more than its bound', () => {
    const { hub: streams, opened } = hub();
    streams.join(wanted(), new Heard());
    const large = 'x'.repeat(20 * 1024 * 1024);
    opened[0]?.handlers.event(event('1', 'output', large));
    opened[0]?.handlers.event(event('2', 'output', large));
    opened[0]?.handlers.event(event('3'));
    const late = new Heard();
    const close = new Heard();
    streams.join(wanted('2'), close);
    streams.join(wanted(), late);
    expect([close.ids, late.ids, opened.length]).toEqual([['3'], [], 2]);
  });

  it('notifies all pages of the end and of a refusal, and starts a new stream after it', async () => {
    const { hub: streams, opened } = hub();
    const [one, two] = [new Heard(), new Heard()];
    streams.join(wanted(), one);
    opened[0]?.end();
    await Promise.resolve();
    streams.join(wanted(), two);
    opened[1]?.fail(new ApiError({ status: 404, type: 'NotFoundError', message: 'gone' }));
    await Promise.resolve();
    await Promise.resolve();
    expect([one.told, two.told, streams.size]).toEqual([['ended'], ['gone'], 0]);
  });
});
