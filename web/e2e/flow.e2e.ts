// Choose a project and a tool, run it, watch it, save results; then history and comparison.
import { readFileSync } from 'node:fs';
import { unzipSync } from 'fflate';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launch, open, startByKey, untilEnded, untilShown } from './browser';
import { TestServer } from './server';

let server: TestServer;
let browser: Browser;
beforeAll(async () => {
  server = await TestServer.start();
  browser = await launch();
});
afterAll(async () => {
  await browser.close();
  await server.stop();
});

describe('the main flow', () => {
  it('says what is missing until nothing is missing', async () => {
    const { page, expectClean } = await open(browser, server.url);
    const run = page.getByRole('button', { name: /^Run/, exact: false }).last();
    await expect.poll(() => page.locator('#run-note').textContent()).toContain('choose a project, choose a tool');
    expect(await run.isDisabled()).toBe(true);
    await page.getByRole('button', { name: /Fields/ }).click();
    await expect.poll(() => page.locator('#run-note').textContent()).toBe('Missing: choose a project.');
    await page.getByRole('button', { name: /A greeting/ }).click();
    // An example selects its tool, which still needs a script.
    await expect.poll(() => page.locator('#run-note').textContent()).toContain('correct “Script”');
    await page.getByLabel('Script').fill('echo done');
    await expect.poll(() => run.isEnabled()).toBe(true);
    expect(await page.locator('#run-note').textContent()).toContain('greeting');
    expectClean();
  });

  it('goes from an example in one click to a result that is kept', async () => {
    const { page, expectClean } = await open(browser, server.url);
    await page.getByRole('button', { name: /A greeting/ }).click();
    await page.getByLabel('Script').fill('cat src/hello.txt; echo wrong >&2; echo new > made.txt; exit 3');
    await page.getByRole('button', { name: 'Run Shell' }).click();
    await page.waitForURL(/\/runs\/job_/);
    await untilEnded(page);
    await untilShown(page, 'hello\nworld');
    expect(await page.getByTestId('explanation').textContent()).toContain('code 3');
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toContain('Failed');
    const usage = await page.getByTestId('usage').textContent();
    expect(usage).toMatch(/Time.*of 1 min.*CPU.*Peak memory.*of 128 MiB.*Processes/);
    expect(await page.getByTestId('totals').textContent()).toBe('3 lines, 1 line on stderr');
    const files = page.getByTestId('artifacts');
    await files.getByRole('button', { name: /made\.txt/ }).click();
    await expect.poll(() => files.getByTestId('file-text').textContent()).toBe('new');
    const one = page.waitForEvent('download');
    await files.getByRole('button', { name: 'Download', exact: true }).click();
    expect((await one).suggestedFilename()).toBe('made.txt');
    const all = page.waitForEvent('download');
    await files.getByRole('button', { name: 'Download all as zip' }).click();
    const packed = unzipSync(readFileSync((await (await all).path()) ?? ''));
    expect(new TextDecoder().decode(packed['made.txt'])).toBe('new\n');

    // The address opens it again, here and in another browser on this machine.
    await page.reload();
    await untilShown(page, 'world');
    const other = await open(browser, page.url());
    await untilShown(other.page, 'world');
    expect(await other.page.getByTestId('explanation').textContent()).toContain('code 3');
    expectClean();
    other.expectClean();
  });

  it('runs again, and again with other parameters', async () => {
    const { page, expectClean } = await open(browser, server.url);
    await page.getByRole('button', { name: /A greeting/ }).click();
    await page.getByLabel('Script').fill('echo first');
    await startByKey(page);
    await page.waitForURL(/\/runs\/job_/);
    const first = page.url();
    await untilEnded(page);
    await page.getByRole('button', { name: 'Run again', exact: true }).click();
    await page.waitForURL((url) => url.pathname.startsWith('/runs/') && url.href !== first);
    const second = page.url();
    await untilEnded(page);
    await untilShown(page, 'first');
    await page.getByRole('button', { name: 'Edit and run again' }).click();
    expect(await page.getByLabel('Script').inputValue()).toBe('echo first');
    await page.getByLabel('Script').fill('echo second');
    await page.getByRole('button', { name: 'Run Shell' }).click();
    await page.waitForURL((url) => url.pathname.startsWith('/runs/') && url.href !== second);
    await untilEnded(page);
    await untilShown(page, 'second');
    expectClean();
  });

  it('validates parameters as the server does, and sends their defaults', async () => {
    const { page, expectClean } = await open(browser, server.url);
    await page.getByRole('button', { name: /A greeting/ }).click();
    await page.getByRole('button', { name: 'Choose another' }).last().click();
    await page.getByRole('searchbox', { name: 'Search the tools' }).fill('field of each');
    await page.getByRole('button', { name: /Fields/ }).click();
    await page.getByLabel('Count').fill('6');
    expect(await page.getByText('The largest value allowed is 5.').isVisible()).toBe(true);
    expect(await page.getByRole('button', { name: 'Run Fields' }).isDisabled()).toBe(true);
    await page.getByLabel('Count').fill('3');
    await page.getByLabel('Word').fill('ABC');
    expect(await page.getByText('Does not match the pattern').isVisible()).toBe(true);
    await page.getByLabel('Word').fill('abc');
    await page.getByLabel('Time limit').fill('61');
    expect(await page.getByText('The limit of this tool is').isVisible()).toBe(true);
    await page.getByLabel('Time limit').fill('5');
    await page.getByLabel('Level').selectOption('high');
    await page.getByLabel('Loud').check();
    await page.getByRole('button', { name: 'Run Fields' }).click();
    await untilEnded(page);
    await untilShown(page, 'high 3 abc --loud');
    expectClean();
  });

  it('shows each tool’s state and why it cannot be used', async () => {
    const { page, expectClean } = await open(browser, server.url);
    const card = (name: RegExp) => page.getByRole('button', { name });
    // What cannot be used is folded away.
    const folded = page.getByTestId('closed-tools');
    expect(await folded.evaluate((details: HTMLDetailsElement) => details.open)).toBe(false);
    expect(await folded.locator('summary').textContent()).toBe('3 tools that cannot be used here now');
    expect(await card(/^Brewing/).isVisible()).toBe(false);
    await folded.locator('summary').click();
    expect(await card(/^Shell/).textContent()).toContain('available');
    expect(await card(/^Shell/).textContent()).toContain('Shell 1.0');
    expect(await card(/^Brewing/).textContent()).toContain('in development');
    expect(await card(/^Later/).textContent()).toContain('coming soon');
    expect(await card(/^Missing/).textContent()).toContain('no-such-program-anywhere');
    await card(/^Missing/).click({ force: true });
    expect(await page.locator('#run-note').textContent()).toContain('choose a tool');
    await page.getByRole('searchbox', { name: 'Search the tools' }).fill('comes LATER');
    await expect.poll(() => card(/^Shell/).count()).toBe(0);
    expect(await card(/^Later/).count()).toBe(1);
    await page.getByRole('searchbox', { name: 'Search the tools' }).fill('');
    await page.getByRole('group', { name: 'Category' }).getByRole('button', { name: 'Others' }).click();
    await expect.poll(() => card(/^(Shell|Fields|Later)/).count()).toBe(1);
    expectClean();
  });

  it('lists the user’s own runs, filters them and compares two', async () => {
    const scripts = ['echo same; echo left; echo end', 'echo same; echo right; echo end; exit 1'];
    for (const script of scripts) await server.ended(await server.submit(script));
    const { page, expectClean } = await open(browser, `${server.url}/runs`);
    await page.getByLabel('Status').selectOption('failed');
    await expect.poll(() => page.locator('tbody tr').count()).toBeGreaterThan(0);
    await expect.poll(() => page.locator('tbody tr', { hasText: 'Completed' }).count()).toBe(0);
    await page.getByLabel('Status').selectOption('');
    await expect.poll(() => page.locator('tbody tr', { hasText: 'Completed' }).count()).toBeGreaterThan(0);
    const boxes = page.getByRole('checkbox');
    await boxes.nth(1).check();
    await boxes.nth(0).check();
    await page.getByRole('button', { name: 'Compare selected runs' }).click();
    await expect.poll(() => page.getByTestId('differences').textContent()).toBe('1 of 3 lines differ.');
    const changed = page.locator('tr[data-kind=changed]');
    expect(await changed.allTextContents()).toEqual(['−2left+2right']);
    await page.reload();
    await expect.poll(() => page.getByTestId('differences').textContent()).toBe('1 of 3 lines differ.');
    expectClean();
  });
});
