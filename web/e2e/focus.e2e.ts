// The keyboard's way through the page: where the focus goes, headings and landmarks, the status line, unknown addresses.
import axe from 'axe-core';
import { zipSync } from 'fflate';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launch, open, untilEnded, untilShown } from './browser';
import { TestServer } from './server';

let server: TestServer;
let browser: Browser;
beforeAll(async () => {
  server = await TestServer.start({ concurrency: 1 });
  browser = await launch();
});
afterAll(async () => {
  await browser.close();
  await server.stop();
});

const focused = (page: Page): Promise<string> =>
  page.evaluate(() => {
    const { activeElement } = document;
    return activeElement === null || activeElement === document.body ? 'body' : `${activeElement.tagName.toLowerCase()}#${activeElement.id} ${(activeElement.textContent ?? '').trim().slice(0, 40)}`;
  });

async function disorder(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate(() =>
    (globalThis as unknown as { axe: typeof axe }).axe.run({ runOnly: { type: 'rule', values: ['page-has-heading-one', 'heading-order', 'region', 'landmark-one-main', 'landmark-unique', 'landmark-no-duplicate-main', 'empty-heading'] } }),
  );
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 140)}`));
}

describe('the focus', () => {
  it('is never lost, by the keyboard alone: upload, card, run, cancel, Escape', async () => {
    const { page, expectClean } = await open(browser, server.url);
    await page.getByRole('button', { name: /^Shell ?available/ }).waitFor();
    await page.locator('#choose-archive').focus();
    await page.getByTestId('archive-input').setInputFiles({ name: 'demo.zip', mimeType: 'application/zip', buffer: Buffer.from(zipSync({ 'a.txt': new TextEncoder().encode('hello\n') })) });
    await expect.poll(() => focused(page)).toBe('h3#chosen-project demo.zip');
    // The card leads to its parameters.
    await page.getByRole('button', { name: /^Shell ?available/ }).focus();
    await page.keyboard.press('Enter');
    await expect.poll(() => focused(page)).toContain('input#parameter-script');
    await page.keyboard.type('cat a.txt; sleep 60');
    await page.keyboard.press('Control+Enter');
    await page.waitForURL(/\/runs\/job_/);
    await expect.poll(() => focused(page)).toMatch(/^h1#/);
    await untilShown(page, 'hello');
    // A button that is disabled, and then gone.
    await page.getByRole('button', { name: 'Cancel', exact: true }).focus();
    await page.keyboard.press('Enter');
    await untilEnded(page);
    await expect.poll(() => focused(page)).toMatch(/^h1#/);
    // What Escape closes gives the focus back to what had opened it.
    for (const [id, opened] of [['choose-tool', '#tool-search'], ['choose-project', '#choose-archive']] as const) {
      await page.locator(`#${id}`).focus();
      await page.keyboard.press('Enter');
      await page.locator(opened).focus();
      await page.keyboard.press('Escape');
      await expect.poll(() => focused(page)).toContain(`button#${id}`);
    }
    await page.getByRole('button', { name: 'Keyboard shortcuts' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor();
    await page.keyboard.press('Escape');
    await expect.poll(() => page.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toBe('Keyboard shortcuts');
    // Other pages begin at their heading.
    await page.keyboard.press('h');
    await expect.poll(() => focused(page)).toMatch(/^h1#.* Your runs/);
    await page.keyboard.press('s');
    await expect.poll(() => focused(page)).toMatch(/^h1#.* Server status/);
    // Deleted: the project's panel is gone.
    await page.goto(server.url);
    await page.getByRole('button', { name: 'Delete…' }).focus();
    await page.keyboard.press('Enter');
    await expect.poll(() => focused(page)).not.toBe('body');
    await page.getByRole('button', { name: 'Delete from the server' }).focus();
    await page.keyboard.press('Enter');
    await page.getByTestId('drop-zone').waitFor();
    await expect.poll(() => focused(page)).not.toBe('body');
    expectClean();
  });
});

describe('headings, landmarks and lines', () => {
  it.each([320, 390, 1280])('are in order at %i px, in both themes', async (width) => {
    const jobId = await server.submit('echo src/hello.txt:2; echo wrong >&2');
    await server.ended(jobId);
    for (const colorScheme of ['light', 'dark'] as const) {
      const { page, expectClean } = await open(browser, server.url, { viewport: { width, height: 800 }, colorScheme });
      const places: [string, string][] = [['/', 'h1'], [`/runs/${jobId}`, '.log-row'], ['/runs', 'tbody tr'], ['/status', '[data-testid=layers]'], ['/nothing/here', 'h1']];
      for (const [path, ready] of places) {
        await page.goto(server.url + path);
        await page.locator(ready).first().waitFor();
        expect(await page.locator('h1').count(), path).toBe(1);
        expect(await disorder(page), path).toEqual([]);
        expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth), path).toBeLessThanOrEqual(0);
        // A button or a badge of few words is one line.
        const wrapped = await page.locator('main button, header a, header button').evaluateAll((all) =>
          all.filter((one) => (one.textContent ?? '').trim().length < 24 && one.getBoundingClientRect().height > 48).map((one) => one.textContent),
        );
        expect(wrapped, path).toEqual([]);
      }
      expectClean(/status of 404/);
      await page.context().close();
    }
  });
});

describe('an unknown address', () => {
  it('shows a page of the console, with status 404', async () => {
    const { page, expectClean } = await open(browser, server.url);
    const answer = await page.goto(`${server.url}/no/such/page`);
    expect(answer?.status()).toBe(404);
    await page.getByRole('heading', { name: 'Page not found' }).waitFor();
    expect(await page.title()).toBe('Page not found · Glovebox');
    await page.getByRole('main').getByRole('link', { name: 'Start a run' }).click();
    await page.getByRole('heading', { level: 1, name: /Run a tool/ }).waitFor();
    // Programs get the error.
    expect((await fetch(`${server.url}/no/such/page`)).headers.get('Content-Type')).toContain('application/json');
    expectClean(/status of 404/);
  });
});

describe('the status line', () => {
  it('is live, and never behind the run that is shown', async () => {
    const { page, expectClean } = await open(browser, server.url);
    const line = page.getByTestId('status-line');
    const words = async (): Promise<string> => ((await line.textContent()) ?? '').replace('Server status: ', '');
    await expect.poll(words).toBe('idle');
    const first = await server.submit('sleep 600');
    const waiting = await Promise.all([server.submit('sleep 600'), server.submit('sleep 600')]);
    await page.goto(`${server.url}/runs/${waiting[1]}`);
    await expect.poll(() => page.getByTestId('queue-place').textContent()).toContain('in the queue');
    expect(await words()).toMatch(/2 waiting$/);
    await expect.poll(words).toBe('1 running, 2 waiting');
    await server.call('POST', `/api/jobs/${first}/cancel`);
    await server.call('POST', `/api/jobs/${waiting[0]}/cancel`);
    // At the moment in which the page says so.
    await expect.poll(() => page.getByRole('heading', { level: 1 }).textContent()).toContain('Running');
    expect(await words()).toMatch(/^[1-9]\d* running/);
    await expect.poll(words).toBe('1 running');
    await page.keyboard.press('x');
    await untilEnded(page);
    await expect.poll(words, { timeout: 4000 }).toBe('idle');
    expectClean();
  });
});
