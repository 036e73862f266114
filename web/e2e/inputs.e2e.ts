// What a run was started with: shown, copied, repeated from another browser, compared.
import { execFileSync } from 'node:child_process';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launch, open, untilEnded, untilShown } from './browser';
import { allForms, expectInOrder, tabTo } from './forms';
import { TestServer } from './server';

let server: TestServer;
let browser: Browser;
let older = '';
let newer = '';
beforeAll(async () => {
  server = await TestServer.start();
  browser = await launch();
  older = await server.submit('echo same; echo old; echo 1 > made.txt; echo 1 > gone.txt');
  await server.ended(older);
  newer = await server.submit('echo same; echo new; echo 12 > made.txt');
  await server.ended(newer);
});
afterAll(async () => {
  await browser.close();
  await server.stop();
});

// What the page copied, without the system's clipboard.
async function copied(page: Page, button: string): Promise<string> {
  await page.evaluate(() => {
    navigator.clipboard.writeText = (text) => {
      document.documentElement.dataset['copied'] = text;
      return Promise.resolve();
    };
  });
  await page.getByRole('button', { name: button }).click();
  return (await page.evaluate(() => document.documentElement.dataset['copied'])) ?? '';
}

describe('a run tells what it was started with', () => {
  it('in a browser that did not start it, where it also runs again with its own parameters', async () => {
    const { page, expectClean } = await open(browser, `${server.url}/runs/${older}`);
    await untilEnded(page);
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toContain('on greeting');
    await page.getByText('How it was run').click();
    const how = page.getByTestId('how-it-ran');
    expect(await how.textContent()).toMatch(/Tool version\s*Shell 1\.0/);
    expect(await how.textContent()).toContain("sh -c 'echo same; echo old;");
    await page.getByRole('button', { name: 'Run again', exact: true }).click();
    await page.waitForURL((url) => url.pathname.startsWith('/runs/') && !url.pathname.endsWith(older));
    await untilEnded(page);
    await untilShown(page, 'old');
    await page.getByRole('button', { name: 'Edit and run again' }).click();
    expect(await page.getByLabel('Script').inputValue()).toContain('echo old');
    expectClean();
    await page.context().close();
  });

  it('as a curl command that runs it again', async () => {
    const { page, expectClean } = await open(browser, `${server.url}/runs/${newer}`);
    await untilEnded(page);
    await page.getByText('How it was run').click();
    const command = await copied(page, 'Copy as curl');
    const answer = JSON.parse(execFileSync('sh', ['-c', command], { encoding: 'utf8' })) as { output: string[] };
    expect(answer.output).toEqual(['same', 'new']);
    expect(await copied(page, 'Copy as command line')).toMatch(/^glovebox run shell \.\/greeting -p 'script=echo same; echo new; .*' --server http:\/\/127\.0\.0\.1:\d+$/);
    expectClean();
    await page.context().close();
  });

  it('by the keyboard alone', async () => {
    const { page } = await open(browser, `${server.url}/runs/${newer}`);
    await untilEnded(page);
    await tabTo(page, /^How it was run/);
    await page.keyboard.press('Enter');
    await tabTo(page, /^Copy as curl/);
    await page.context().close();
  });

  it('in the history', async () => {
    const { page, expectClean } = await open(browser, `${server.url}/runs`);
    const row = page.locator('tbody tr', { hasText: 'echo old' }).first();
    await row.waitFor();
    expect(await row.textContent()).toContain('greeting');
    expectClean();
    await page.context().close();
  });
});

describe('a comparison', () => {
  it('has the older run on the left, its parameters and its files', async () => {
    for (const [left, right] of [[older, newer], [newer, older]]) {
      const { page, expectClean } = await open(browser, `${server.url}/compare?left=${left}&right=${right}`);
      await page.getByTestId('differences').waitFor();
      expect(await page.locator('tr[data-kind=changed]').allTextContents()).toEqual(['−2old+2new']);
      const inputs = page.getByTestId('inputs-diff');
      expect(await inputs.locator('tr[data-differs=true]').allTextContents()).toEqual([
        'Parameter script− echo same; echo old; echo 1 > made.txt; echo 1 > gone.txt+ echo same; echo new; echo 12 > made.txt',
      ]);
      const files = page.getByTestId('artifacts-diff');
      expect(await files.locator('summary').textContent()).toBe('Files created or changed: 2 differences');
      await files.locator('summary').click();
      expect(await files.locator('tr[data-differs=true]').allTextContents()).toEqual(['gone.txt− 2 bytesnone', 'made.txt− 2 bytes+ 3 bytes']);
      expectClean();
      await page.context().close();
    }
  });
});

describe.each(allForms)('%s', (_form, options) => {
  it('the run, the history and the comparison are in order and accessible', async () => {
    const { page, expectClean } = await open(browser, `${server.url}/runs/${older}`, options);
    await untilEnded(page);
    await page.getByText('How it was run').click();
    await expectInOrder(page);
    await page.goto(`${server.url}/runs`);
    await page.locator('tbody tr').first().waitFor();
    await expectInOrder(page);
    await page.goto(`${server.url}/compare?left=${older}&right=${newer}`);
    await page.getByTestId('inputs-diff').waitFor();
    await page.getByTestId('artifacts-diff').locator('summary').click();
    await expectInOrder(page);
    expectClean();
    await page.context().close();
  });
});
