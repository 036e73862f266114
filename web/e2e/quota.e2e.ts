// How many runs are left, before one is refused; and who shares them.
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launch, open } from './browser';
import { allForms, expectInOrder } from './forms';
import { TestServer } from './server';

let server: TestServer;
let browser: Browser;
beforeAll(async () => {
  server = await TestServer.start({ 'hourly-per-client': 3, 'concurrent-per-client': 2 });
  browser = await launch();
});
afterAll(async () => {
  await browser.close();
  await server.stop();
});

describe('the quota', () => {
  it('is shown before a run is refused', async () => {
    const { page, expectClean } = await open(browser, server.url);
    const quota = page.getByTestId('quota');
    await expect.poll(() => quota.textContent()).toBe('3 of 3 runs left this hour.');
    for (let i = 0; i < 3; i++) await server.ended(await server.submit('true'));
    await page.reload();
    await expect.poll(() => quota.textContent()).toMatch(/^No run of 3 left this hour, next at \d\d:\d\d\.$/);
    const { hourly } = await server.call<{ hourly: { nextAt: string } }>('GET', '/api/quota');
    const time = await page.evaluate((at) => new Date(at).toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' }), hourly.nextAt);
    expect(await quota.textContent()).toContain(`next at ${time}`);
    expectClean();
    await page.context().close();
  });

  it('is shared by all at one address, which the page says', async () => {
    const { page, expectClean } = await open(browser, `${server.url}/runs`);
    await expect.poll(() => page.getByTestId('who-sees').textContent()).toContain('everyone at your address (127.0.0.1) sees the same runs');
    expectClean();
    await page.context().close();
  });
});

describe.each(allForms)('%s', (_form, options) => {
  it('the quota is in order and accessible', async () => {
    const { page, expectClean } = await open(browser, server.url, options);
    await page.getByTestId('quota').waitFor();
    await expectInOrder(page);
    await page.goto(`${server.url}/runs`);
    await page.getByTestId('who-sees').waitFor();
    await expectInOrder(page);
    expectClean();
    await page.context().close();
  });
});
