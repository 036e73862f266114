// Many tabs: browsers open six connections to one server over HTTP/1.1, and each tab needs some.
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launch, untilEnded, untilShown } from './browser';
import { BreakingProxy } from './proxy';
import { TestServer } from './server';

let server: TestServer;
let proxy: BreakingProxy;
let browser: Browser;
beforeAll(async () => {
  server = await TestServer.start();
  proxy = await BreakingProxy.start(server.port);
  browser = await launch();
});
afterAll(async () => {
  await browser.close();
  await proxy.stop();
  await server.stop();
});

const lines = (count: number): string => Array.from({ length: count }, (_, i) => `line ${i + 1}\n`).join('');

// What the page sees; tabs of a headless browser are all visible.
const setVisible = (page: Page, visible: boolean): Promise<void> =>
  page.evaluate((state) => {
    Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => state });
    document.dispatchEvent(new Event('visibilitychange'));
  }, visible ? 'visible' : 'hidden');

// When it is rendered.
async function plainLog(page: Page): Promise<string | null> {
  await page.getByRole('button', { name: 'Plain text' }).click();
  const log = page.getByTestId('plain-log');
  await expect.poll(() => log.textContent()).toContain('line 1\n');
  return log.textContent();
}

describe('many tabs', () => {
  it('of one run share one stream: seven of them show all of it, and each can still ask for more', async () => {
    const jobId = await server.submit('for i in $(seq 220); do echo line $i; sleep 0.25; done');
    const context = await browser.newContext();
    const pages: Page[] = [];
    for (let i = 0; i < 7; i += 1) {
      const page = await context.newPage();
      page.setDefaultTimeout(30_000);
      await page.goto(`${proxy.url}/runs/${jobId}`);
      await untilShown(page, 'line 1');
      pages.push(page);
    }
    // With a stream for each tab, the seventh would only load after the run.
    expect((await server.call<{ status: string }>('GET', `/api/jobs/${jobId}?output=false`)).status).toBe('running');
    expect(proxy.streams).toBe(1);
    const answered = await pages[6]?.evaluate(async () => (await fetch('/api/queue/status', { signal: AbortSignal.timeout(5000) })).status);
    expect(answered).toBe(200);
    await server.call('POST', `/api/jobs/${jobId}/cancel`);
    for (const page of pages) await untilEnded(page);
    const texts = await Promise.all(pages.map(plainLog));
    expect(new Set(texts).size).toBe(1);
    expect(lines(220).startsWith(texts[0] ?? 'nothing')).toBe(true);
    await context.close();
  });

  it('that are hidden have no stream, and resume without a gap', async () => {
    const jobId = await server.submit('for i in $(seq 60); do echo line $i; sleep 0.1; done');
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(`${proxy.url}/runs/${jobId}`);
    await untilShown(page, 'line 3');
    await setVisible(page, false);
    await expect.poll(() => proxy.streams).toBe(0);
    await new Promise((resolve) => setTimeout(resolve, 1500));
    expect(proxy.streams).toBe(0);
    await setVisible(page, true);
    await untilEnded(page);
    await page.getByRole('button', { name: 'Plain text' }).click();
    await expect.poll(() => page.getByTestId('plain-log').textContent()).toBe(lines(60));
    await context.close();
  });
});
