// Takes the pictures of README and docs into the folder GLOVEBOX_PICTURES.
import { join } from 'node:path';
import type { Browser, BrowserContextOptions } from 'playwright-core';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { launch, open, startByKey, untilEnded } from './browser';
import { TestServer } from './server';

const folder = process.env['GLOVEBOX_PICTURES'] ?? '.';
let server: TestServer;
let browser: Browser;
beforeAll(async () => {
  server = await TestServer.start({ shipped: 1 });
  browser = await launch();
});
afterAll(async () => {
  await browser.close();
  await server.stop();
});

const light: BrowserContextOptions = { colorScheme: 'light', viewport: { width: 1200, height: 800 } };
const dark: BrowserContextOptions = { ...light, colorScheme: 'dark' };
const phone: BrowserContextOptions = { colorScheme: 'light', viewport: { width: 375, height: 780 } };
const forms: [string, BrowserContextOptions][] = [['light', light], ['dark', dark], ['phone', phone]];

describe('pictures', () => {
  it.each(forms)('of the main flow, %s', async (form, options) => {
    const { page } = await open(browser, server.url, options);
    await page.getByRole('button', { name: /^Cppcheck/ }).waitFor();
    if (form === 'light') await page.screenshot({ path: join(folder, `console-start-${form}.png`) });
    await page.getByRole('button', { name: 'All examples' }).click();
    await page.getByRole('button', { name: /^Classic mistakes in C/ }).click();
    await page.getByLabel('Checks').selectOption('all');
    await startByKey(page);
    await untilEnded(page);
    await page.getByText('out of bounds').first().waitFor();
    await page.waitForTimeout(1000); // the source beside it is loaded later
    await page.mouse.move(0, 0);
    await page.screenshot({ path: join(folder, `console-run-${form}.png`) });
    if (form !== 'dark') return;
    await page.getByLabel('Checks').selectOption('warning');
    await startByKey(page);
    await page.waitForTimeout(500);
    await untilEnded(page);
    await page.getByRole('button', { name: 'Compare…' }).click();
    await page.getByRole('checkbox').nth(1).check();
    await page.getByRole('button', { name: 'Compare selected runs' }).click();
    await page.getByTestId('differences').waitFor();
    await page.screenshot({ path: join(folder, 'console-compare-dark.png') });
  });
});
