// Recovery from lost connections, reloaded pages, a restarted server and temporary refusals.
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launch, open, untilEnded, untilShown } from './browser';
import { BreakingProxy } from './proxy';
import { TestServer } from './server';

let server: TestServer;
let proxy: BreakingProxy;
let browser: Browser;
beforeAll(async () => {
  server = await TestServer.start({ concurrency: 1, 'queue-capacity': 1 });
  proxy = await BreakingProxy.start(server.port);
  browser = await launch();
});
afterAll(async () => {
  await browser.close();
  await proxy.stop();
  await server.stop();
});

const network = /ERR_|status of (429|503)/;

describe('a connection', () => {
  it('that breaks is resumed without a gap or a repeat', async () => {
    const jobId = await server.submit('for i in $(seq 60); do echo line $i; sleep 0.1; done');
    const { page, expectClean } = await open(browser, `${proxy.url}/runs/${jobId}`);
    await untilShown(page, 'line 3');
    proxy.cut();
    await untilShown(page, 'line 12');
    proxy.refuse(true);
    await page.getByTestId('lost').waitFor();
    expect(await page.getByTestId('lost').textContent()).toContain('The run continues on the server');
    proxy.refuse(false);
    await untilEnded(page);
    await page.getByRole('button', { name: 'Plain text' }).click();
    const lines = Array.from({ length: 60 }, (_, i) => `line ${i + 1}\n`).join('');
    await expect.poll(() => page.getByTestId('plain-log').textContent()).toBe(lines);
    expect(await page.getByTestId('lost').count()).toBe(0);
    expectClean(network);
  });

  it('survives a reload: in the middle of a run and after it, the same run is shown', async () => {
    const jobId = await server.submit('for i in $(seq 20); do echo line $i; sleep 0.1; done');
    const { page, expectClean } = await open(browser, `${server.url}/runs/${jobId}`);
    await untilShown(page, 'line 2');
    await page.reload();
    await untilShown(page, 'line 1');
    await untilEnded(page);
    await page.reload();
    await untilEnded(page);
    await page.getByRole('button', { name: 'Plain text' }).click();
    await expect.poll(() => page.getByTestId('plain-log').textContent()).toMatch(/^line 1\n(line \d+\n)*line 20\n$/);
    expectClean(network);
  });

  it('to a server that is killed and restarted shows the run that starts again, and nothing of the lost one', async () => {
    const own = await TestServer.start();
    const jobId = await own.submit('for i in 1 2 3; do echo "begun $i"; sleep 1; done');
    const { page, expectClean } = await open(browser, `${own.url}/runs/${jobId}`);
    await untilShown(page, 'begun');
    await own.kill();
    await page.getByTestId('lost').waitFor();
    await own.run();
    await untilEnded(page);
    await page.getByText('run 2, because the server lost the one before').waitFor();
    await page.getByRole('button', { name: 'Plain text' }).click();
    await expect.poll(() => page.getByTestId('plain-log').textContent()).toBe('begun 1\nbegun 2\nbegun 3\n');
    expectClean(network);
    await own.stop();
  });

  it('to a missing run says so', async () => {
    const { page } = await open(browser, `${server.url}/runs/job_nothing`);
    await page.getByRole('heading', { name: 'The run could not be loaded' }).waitFor();
  });
});

describe('a temporary refusal', () => {
  it('503: counts down, then offers to try again', async () => {
    const jobs = [await server.submit('sleep 60')];
    await expect.poll(async () => (await server.call<{ running: number }>('GET', '/api/queue/status')).running).toBe(1);
    jobs.push(await server.submit('sleep 60'));
    const { page, expectClean } = await open(browser, server.url);
    await page.getByRole('button', { name: /A greeting/ }).click();
    await page.getByLabel('Script').fill('echo through');
    await page.getByRole('button', { name: 'Run Shell' }).click();
    const again = page.getByRole('button', { name: 'Try again' });
    await again.waitFor();
    expect(await page.getByRole('alert').textContent()).toContain('The run could not be started');
    expect(await page.getByTestId('countdown').textContent()).toMatch(/retry in \d+ s/);
    expect(await again.isDisabled()).toBe(true);
    for (const job of jobs) await server.call('POST', `/api/jobs/${job}/cancel`);
    await expect.poll(() => again.isEnabled(), { timeout: 30_000 }).toBe(true);
    expect(await page.getByTestId('countdown').textContent()).toBe('retry now');
    await again.click();
    await untilEnded(page);
    await untilShown(page, 'through');
    expectClean(network);
  });

  it('429: says which quota, and counts down', async () => {
    const own = await TestServer.start({ 'hourly-per-client': 1 });
    await own.ended(await own.submit('true'));
    const { page, expectClean } = await open(browser, own.url);
    await page.getByRole('button', { name: /A greeting/ }).click();
    await page.getByLabel('Script').fill('true');
    await page.getByRole('button', { name: 'Run Shell' }).click();
    await page.getByRole('button', { name: 'Try again' }).waitFor();
    expect(await page.getByRole('alert').textContent()).toMatch(/hour/);
    const countdown = page.getByTestId('countdown');
    const first = await countdown.textContent();
    await expect.poll(() => countdown.textContent()).not.toBe(first);
    expectClean(network);
    await own.stop();
  });
});
