// Links to runs and check-ups, made and opened in the page.
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launch, open, untilShown } from './browser';
import { allForms, expectInOrder, tabTo } from './forms';
import { TestServer } from './server';

let server: TestServer;
let browser: Browser;
let job = '';
beforeAll(async () => {
  server = await TestServer.start({ keys: 1 });
  browser = await launch();
  job = await server.submit('echo shared words; echo made > made.txt');
  await server.ended(job);
});
afterAll(async () => {
  await browser.close();
  await server.stop();
});

const withKey = async (page: Page): Promise<void> => {
  await page.getByLabel('API key', { exact: true }).fill(server.firstKey);
  await page.getByRole('button', { name: 'Use this key' }).click();
};

const link = async (subject: string, kind = 'jobs', fields = {}): Promise<string> => {
  const { path } = await server.call<{ path: string }>('POST', `/api/${kind}/${subject}/share`, fields);
  return server.url + path;
};

describe('a link', () => {
  it('is made, copied, opened by somebody without a key, and revoked', async () => {
    const { page, expectClean } = await open(browser, `${server.url}/runs/${job}`);
    await withKey(page);
    await page.getByRole('button', { name: 'Share…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Share this run' });
    await dialog.getByLabel('Works for').selectOption('1 day');
    await dialog.getByRole('button', { name: 'Create link' }).click();
    const address = await dialog.getByTestId('share-link').inputValue();
    expect(address).toMatch(/\/shared\/job_\w+#share=gbs_\w{22}$/);
    await expect.poll(() => dialog.getByTestId('links').locator('li').count()).toBe(1);

    const reader = await open(browser, address);
    await untilShown(reader.page, 'shared words');
    expect(reader.page.url()).toBe(`${server.url}/shared/${job}`);
    for (const name of ['Run again', 'Share…', 'Edit and run again', 'Cancel']) expect(await reader.page.getByRole('button', { name, exact: true }).count()).toBe(0);
    const files = reader.page.getByTestId('artifacts');
    await files.getByRole('button', { name: /made\.txt/ }).click();
    await expect.poll(() => files.getByTestId('file-text').textContent()).toBe('made');
    await reader.page.reload();
    await untilShown(reader.page, 'shared words');
    reader.expectClean();

    await dialog.getByRole('button', { name: /^Revoke/ }).click();
    await expect.poll(() => dialog.getByTestId('links').count()).toBe(0);
    await reader.page.reload();
    await reader.page.getByText('This link does not work').waitFor();
    expectClean(/401/);
    await reader.page.context().close();
    await page.context().close();
  });

  it('sends its token to no other site and puts it into no address that the server sees', async () => {
    const address = await link(job);
    const token = new URL(address).hash.slice('#share='.length);
    const { page } = await open(browser, 'about:blank');
    const seen: string[] = [];
    page.on('request', (request) => seen.push(`${request.url()} ${JSON.stringify(request.headers()['referer'] ?? '')}`));
    await page.goto(address);
    await untilShown(page, 'shared words');
    expect(seen.length).toBeGreaterThan(3);
    // Playwright gives the fragment of the first address, which the browser does not send.
    expect(seen.slice(1).filter((line) => line.includes(token))).toEqual([]);
    expect(seen.filter((line) => line.split(' ')[1]?.includes(token))).toEqual([]);
    await page.context().close();
  });

  it('without its token says that it is private', async () => {
    const { page, expectClean } = await open(browser, `${server.url}/shared/${job}`);
    await page.getByRole('heading', { name: 'This link is private' }).waitFor();
    await expectInOrder(page);
    expectClean();
    await page.context().close();
  });

  it('to a check-up opens its runs too', async () => {
    const projectId = await server.project();
    const { checkupId } = await server.call<{ checkupId: string }>('POST', '/api/checkups', { projectId, toolIds: ['fields'] });
    const { page, expectClean } = await open(browser, await link(checkupId, 'checkups'));
    await page.getByTestId('checkup-jobs').getByRole('link').first().click();
    await page.waitForURL(/\/shared\/job_/);
    await untilShown(page, 'low 2');
    expectClean();
    await page.context().close();
  });

  it('can be made by the keyboard alone', async () => {
    const { page } = await open(browser, `${server.url}/runs/${job}`);
    await withKey(page);
    await page.getByRole('button', { name: 'Share…' }).waitFor();
    await tabTo(page, /^Share…/);
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor();
    await tabTo(page, /^Create link/);
    await page.keyboard.press('Enter');
    await page.getByTestId('share-link').waitFor();
    await page.keyboard.press('Escape');
    await expect.poll(() => page.getByRole('dialog').count()).toBe(0);
    await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toBe('Share…');
    await page.context().close();
  });
});

describe('the key', () => {
  it('is named and can be forgotten', async () => {
    const { page } = await open(browser, `${server.url}/runs`);
    await withKey(page);
    await page.locator('[data-who]', { hasText: 'first' }).waitFor();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('dialog', { name: 'This server requires an API key' }).waitFor();
    expect(await page.evaluate(() => [localStorage.getItem('glovebox.key'), sessionStorage.getItem('glovebox.key')])).toEqual([null, null]);
    await page.context().close();
  });
});

describe.each(allForms)('%s', (_form, options) => {
  it('the dialog and the shared run are in order and accessible', async () => {
    const { page, expectClean } = await open(browser, `${server.url}/runs/${job}`, options);
    await withKey(page);
    await page.getByRole('button', { name: 'Share…' }).click();
    await page.getByRole('button', { name: 'Create link' }).click();
    await page.getByTestId('share-link').waitFor();
    await expectInOrder(page);
    const address = await page.getByTestId('share-link').inputValue();
    const reader = await open(browser, address, options);
    await untilShown(reader.page, 'shared words');
    await expectInOrder(reader.page);
    reader.expectClean();
    expectClean(/401/);
    await reader.page.context().close();
    await page.context().close();
  });
});
