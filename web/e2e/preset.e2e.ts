// A preset's page: one drop zone and one button.
import { zipSync } from 'fflate';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launch, open, untilShown } from './browser';
import { allForms, expectInOrder, tabTo } from './forms';
import { TestServer } from './server';

let server: TestServer;
let browser: Browser;
beforeAll(async () => {
  server = await TestServer.start({ presets: 1 });
  browser = await launch();
});
afterAll(async () => {
  await browser.close();
  await server.stop();
});

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

async function choose(page: Page, files: Record<string, string>): Promise<void> {
  const packed = zipSync(Object.fromEntries(Object.entries(files).map(([name, text]) => [name, bytesOf(text)])));
  await page.getByTestId('archive-input').setInputFiles({ name: 'solution.zip', mimeType: 'application/zip', buffer: Buffer.from(packed) });
}

describe('a preset', () => {
  it('checks a project with the tools and parameters that its file has', async () => {
    const { page, expectClean } = await open(browser, `${server.url}/p/homework-3`);
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toContain('Homework 3');
    await page.getByText('It is checked as the tutors check it.').waitFor();
    const button = page.getByRole('button', { name: 'Check', exact: true });
    expect(await button.isDisabled()).toBe(true);
    await choose(page, { 'a.txt': 'my solution\n' });
    await expect.poll(() => page.getByTestId('preset-project').textContent()).toContain('solution');
    await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toBe('Check');
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/checkups\/chk_/);
    await page.getByTestId('checkup-jobs').getByRole('link', { name: 'Shell' }).click();
    await untilShown(page, 'my solution\nfrom the preset');
    expectClean();
    await page.context().close();
  });

  it('refuses a project over its limits and says which', async () => {
    const { page } = await open(browser, `${server.url}/p/homework-3`);
    await choose(page, { a: '1', b: '2', c: '3', d: '4' });
    await page.getByTestId('preset-project').waitFor();
    await page.getByRole('button', { name: 'Check', exact: true }).click();
    await page.getByText('the project has 4 files').waitFor();
    await page.context().close();
  });

  it('that does not exist, or whose file is bad, is not found', async () => {
    for (const name of ['none', 'bad']) {
      const { page } = await open(browser, `${server.url}/p/${name}`);
      await page.getByText(`no preset "${name}"`).waitFor();
      await page.context().close();
    }
  });

  it('takes what is dropped anywhere on it, and stays', async () => {
    const { page, expectClean } = await open(browser, `${server.url}/p/homework-3`);
    await page.getByRole('heading', { level: 1 }).waitFor();
    await page.evaluate(() => {
      const data = new DataTransfer();
      data.items.add(new File(['int main() {}\n'], 'main.c'));
      document.body.dispatchEvent(new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true }));
    });
    await page.getByTestId('preset-project').waitFor();
    expect(new URL(page.url()).pathname).toBe('/p/homework-3');
    expectClean();
    await page.context().close();
  });

  it('can be used by the keyboard alone', async () => {
    const { page, expectClean } = await open(browser, `${server.url}/p/homework-3`);
    // Before the key: the browser takes a moment until it reports file choosers.
    const chooser = page.waitForEvent('filechooser');
    await page.getByRole('heading', { level: 1 }).waitFor();
    await tabTo(page, /^Archive or file/);
    await page.keyboard.press('Enter');
    await (await chooser).setFiles({ name: 'x.zip', mimeType: 'application/zip', buffer: Buffer.from(zipSync({ 'a.txt': bytesOf('x') })) });
    await page.getByTestId('preset-project').waitFor();
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/checkups\/chk_/);
    expectClean();
    await page.context().close();
  });
});

describe.each(allForms)('%s', (_form, options) => {
  it('the page is in order and accessible', async () => {
    const { page, expectClean } = await open(browser, `${server.url}/p/homework-3`, options);
    await page.getByRole('heading', { level: 1 }).waitFor();
    await page.getByText('What is checked').click();
    await choose(page, { 'a.txt': 'x' });
    await page.getByTestId('preset-project').waitFor();
    await expectInOrder(page);
    expectClean();
    await page.context().close();
  });
});
