// Both themes, phone width, the keyboard, screen readers, the size of the page.
import axe from 'axe-core';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launch, open, startByKey, untilEnded, untilShown } from './browser';
import { TestServer } from './server';

let server: TestServer;
let browser: Browser;
let jobs: string[] = [];
const script = `printf '\\033[1mbuilding\\033[0m 12 files\\n'; printf 'main.c:7: \\033[33mwarning\\033[0m: unused variable\\n' >&2; printf 'main.c:9: \\033[31merror\\033[0m: no such function\\n' >&2; printf '\\033[32m11 ok\\033[0m, 1 not\\n'; echo report > report.txt; exit 1`;
beforeAll(async () => {
  server = await TestServer.start({ shipped: 1 });
  browser = await launch();
  jobs = [await server.submit(script), await server.submit('echo fine; echo 12 ok')];
  for (const job of jobs) await server.ended(job);
});
afterAll(async () => {
  await browser.close();
  await server.stop();
});

async function seriousFindings(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate(() => (globalThis as unknown as { axe: typeof axe }).axe.run());
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html.slice(0, 160)} ${node.failureSummary ?? ''}`));
}

const phone: BrowserContextOptions = { viewport: { width: 375, height: 780 }, isMobile: true, hasTouch: true };
const forms: [string, BrowserContextOptions][] = [
  ['light', { colorScheme: 'light' }],
  ['dark', { colorScheme: 'dark' }],
  ['phone', { ...phone, colorScheme: 'light' }],
  ['phone-dark', { ...phone, colorScheme: 'dark' }],
];
const places: [string, () => string, (page: Page) => Promise<unknown>][] = [
  ['start', () => '/', (page) => page.getByRole('button', { name: /^Shell ?available/ }).waitFor()],
  ['run', () => `/runs/${jobs[0]}`, (page) => untilShown(page, '11 ok')],
  ['runs', () => '/runs', (page) => page.locator('tbody tr').first().waitFor()],
  ['compare', () => `/compare?left=${jobs[0]}&right=${jobs[1]}`, (page) => page.getByTestId('differences').waitFor()],
  ['status', () => '/status', (page) => page.getByTestId('layers').waitFor()],
];

describe.each(forms)('in the form %s', (form, options) => {
  it.each(places)('the page %s is in order and accessible', async (_name, path, ready) => {
    const { page, expectClean } = await open(browser, server.url + path(), options);
    await ready(page);
    const dark = form.includes('dark');
    expect(await page.evaluate(() => document.documentElement.dataset['theme'])).toBe(dark ? 'dark' : 'light');
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    expect(wide, 'wider than the screen').toBeLessThanOrEqual(0);
    expect(await seriousFindings(page)).toEqual([]);
    expectClean();
    await page.context().close();
  });
});

describe('the page', () => {
  it('can be used by keyboard alone, from a project to its result', async () => {
    const { page, expectClean } = await open(browser, server.url);
    await page.getByRole('button', { name: /^Shell ?available/ }).waitFor();
    const focused = () => page.evaluate(() => document.activeElement?.textContent?.trim() ?? '');
    // Tab reaches everything, and the focus is visible.
    const tabTo = async (wanted: RegExp): Promise<void> => {
      for (let i = 0; i < 300; i++) {
        await page.keyboard.press('Tab');
        if (wanted.test(await focused())) return;
      }
      throw new Error(`Tab does not reach ${String(wanted)}`);
    };
    await page.keyboard.press('Tab');
    expect(await focused()).toBe('Skip to the page');
    await tabTo(/^All examples/);
    await page.keyboard.press('Enter');
    await tabTo(/^A greeting/);
    const outline = await page.evaluate(() => getComputedStyle(document.activeElement ?? document.body).outlineStyle);
    expect(outline).toBe('solid');
    await page.keyboard.press('Enter');
    await page.getByTestId('project').waitFor();
    await page.keyboard.press('t');
    await expect.poll(() => page.evaluate(() => document.activeElement?.id)).toBe('tool-search');
    await page.keyboard.type('runs a script');
    await tabTo(/^Shell ?available/);
    await page.keyboard.press('Enter');
    await page.getByLabel('Script').focus();
    await page.keyboard.type('echo by keyboard');
    await startByKey(page);
    await untilEnded(page);
    await untilShown(page, 'by keyboard');
    // Tab can leave the output.
    await page.getByRole('region', { name: /Output of the tool/ }).focus();
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement?.closest('.log') === null)).toBe(true);
    await page.keyboard.press('h');
    await page.getByRole('heading', { name: 'Your runs' }).waitFor();
    await page.keyboard.press('s');
    await page.getByRole('heading', { name: 'Server status' }).waitFor();
    await page.keyboard.press('Shift+?');
    await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await expect.poll(() => page.getByRole('dialog').count()).toBe(0);
    expectClean();
  });

  it('tells screen readers what changes', async () => {
    const { page, expectClean } = await open(browser, `${server.url}/runs/${await server.submit('sleep 2; exit 2')}`);
    const live = page.locator('p[role=status].sr-only').last();
    await expect.poll(() => live.textContent()).toContain('Running');
    await expect.poll(() => live.textContent()).toContain('Failed. Exited with code 2');
    expectClean();
  });

  it('has the theme that was chosen, also after a reload', async () => {
    const { page, expectClean } = await open(browser, server.url, { colorScheme: 'light' });
    const theme = () => page.evaluate(() => document.documentElement.dataset['theme']);
    const toggle = page.getByRole('button', { name: /^Theme/ });
    await toggle.click();
    await toggle.click();
    expect(await theme()).toBe('dark');
    await page.reload();
    expect(await theme()).toBe('dark');
    await page.getByRole('button', { name: /^Theme: dark/ }).click();
    expect(await theme()).toBe('light');
    expectClean();
  });

  it('shows the server status: slots, queue, layers in words, limits', async () => {
    const { page, expectClean } = await open(browser, `${server.url}/status`);
    const health = await server.call<{ isolation: { layers: string[]; missing: { layer: string }[] } }>('GET', '/api/health');
    await expect.poll(() => page.getByTestId('slots').textContent()).toMatch(/^\d+ of \d+ slots? busy$/);
    const words = await page.getByTestId('layers').locator('dd').allTextContents();
    expect(words.length).toBe(health.isolation.layers.length);
    expect(words.filter((text) => text === '')).toEqual([]);
    for (const { layer } of health.isolation.missing) await page.getByText(`Without ${layer}`).waitFor();
    expectClean();
  });

  it('asks for a key if the server requires one, and does everything with it', async () => {
    const own = await TestServer.start({ keys: 1 });
    const { page, expectClean } = await open(browser, own.url);
    const dialog = page.getByRole('dialog', { name: 'This server requires an API key' });
    await dialog.waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    await dialog.getByLabel('API key').fill('wrong');
    await page.keyboard.press('Enter');
    await dialog.getByText('That key was not accepted').waitFor();
    await dialog.getByLabel('API key').fill(own.firstKey);
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: /A greeting/ }).click();
    await page.getByLabel('Script').fill('echo with a key; echo x > made.txt');
    await startByKey(page);
    await untilEnded(page);
    await untilShown(page, 'with a key');
    const saved = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Full log' }).click();
    expect((await saved).suggestedFilename()).toMatch(/\.log$/);
    await page.reload();
    await untilShown(page, 'with a key');
    // The run of another key is not found.
    const other = await open(browser, page.url());
    await other.page.getByRole('textbox', { name: 'API key' }).fill(own.secondKey);
    await other.page.keyboard.press('Enter');
    await other.page.getByRole('heading', { name: 'The run could not be loaded' }).waitFor();
    expectClean(/status of 401/);
    await own.stop();
  });

  it('weighs less than 300 KB at first load, all from the server itself', async () => {
    const sizes = new Map<string, number>();
    const { page } = await open(browser, 'about:blank');
    const line = await page.context().newCDPSession(page);
    await line.send('Network.enable');
    const urls = new Map<string, string>();
    line.on('Network.requestWillBeSent', ({ requestId, request }) => urls.set(requestId, request.url));
    line.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => sizes.set(urls.get(requestId) ?? requestId, encodedDataLength));
    // The largest first load: directly to a run.
    await page.goto(`${server.url}/runs/${jobs[0]}`);
    await untilShown(page, '11 ok');
    await page.waitForTimeout(500);
    const own = [...sizes].filter(([url]) => !url.includes('/api/'));
    const total = own.reduce((sum, [, size]) => sum + size, 0);
    console.log(`first load of a run: ${total} bytes in ${own.length} files`);
    expect(own.length).toBeGreaterThan(4);
    expect(total).toBeLessThan(300_000);
    // The terminal is not among it: this run moves no cursor.
    expect(own.filter(([url]) => /LogView/.test(url))).toEqual([]);
    expect([...sizes.keys()].filter((url) => !url.startsWith(server.url) && !url.startsWith('blob:'))).toEqual([]);
  });
});
