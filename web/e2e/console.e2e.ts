// The output: colours, progress, both streams, search, copy, download, many lines, cancel.
import { readFileSync } from 'node:fs';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launch, open, shownRows, untilEnded, untilShown } from './browser';
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

const run = async (script: string) => open(browser, `${server.url}/runs/${await server.submit(script)}`, { permissions: ['clipboard-read', 'clipboard-write'] });

describe('the console', () => {
  it('shows colours, and progress that is overwritten', async () => {
    const { page, expectClean } = await run(
      `printf '\\033[31mred\\033[0m \\033[1;38;2;10;120;200mtrue\\033[0m\\n'; for i in 10 60 100; do printf '\\r%s%%' $i; sleep 0.2; done; echo; echo end`,
    );
    await untilShown(page, 'end');
    await expect.poll(() => shownRows(page)).toEqual(expect.arrayContaining(['red true', '100%', 'end']));
    // Queried each time, because rows are redrawn from time to time.
    const colour = (text: string) => page.locator('.log-text span', { hasText: text }).first().evaluate((span) => getComputedStyle(span).color);
    await expect.poll(() => colour('red')).toBe('rgb(176, 38, 31)');
    await expect.poll(() => colour('true')).toBe('rgb(10, 120, 200)');
    expectClean();
  });

  it('distinguishes stdout and stderr, and can show only one', async () => {
    const { page, expectClean } = await run('echo out1; sleep 0.1; echo err1 >&2; sleep 0.1; echo out2; sleep 0.1; printf "part" ; sleep 0.2; echo err2 >&2');
    await untilEnded(page);
    await untilShown(page, 'err2');
    const marked = async (): Promise<string[]> => {
      const rows = await page.locator('.log-row[data-stderr]').allTextContents();
      return rows.map((row) => row.replace(/^\d+/, ''));
    };
    await expect.poll(marked).toEqual(['err1', 'err2']);
    await page.getByRole('button', { name: 'stderr' }).click();
    await expect.poll(async () => (await shownRows(page)).filter(Boolean)).toEqual(['err1', 'err2']);
    await page.getByRole('button', { name: 'stdout' }).click();
    await expect.poll(async () => (await shownRows(page)).filter(Boolean)).toEqual(['out1', 'out2', 'part']);
    // The numbers are those of the whole log, and stderr stays marked at another width.
    await page.getByRole('button', { name: 'Both' }).click();
    await page.setViewportSize({ width: 900, height: 800 });
    await expect.poll(marked).toEqual(['err1', 'err2']);
    // A thin mark in the margin, and no other colour of the text.
    const colour = (text: string) => page.locator('.log-text', { hasText: text }).evaluate((element) => getComputedStyle(element).color);
    expect(await colour('err1')).toBe(await colour('out1'));
    expectClean();
  });

  it('is smooth at 100,000 lines: follows, scrolls back, finds, copies, downloads', async () => {
    const before = await server.submit('sleep 600');
    const { page, expectClean } = await run('seq -f "line %.0f of a hundred thousand" 100000; echo last >&2; sleep 5');
    await page.getByTestId('queue-place').waitFor();
    await page.evaluate(() => {
      const worst = { ms: 0 };
      Object.assign(window, { worst });
      new PerformanceObserver((list) => list.getEntries().forEach((entry) => (worst.ms = Math.max(worst.ms, entry.duration)))).observe({ type: 'longtask' });
    });
    await server.call('POST', `/api/jobs/${before}/cancel`);
    await untilShown(page, 'line 100000 of');
    const follow = page.getByRole('button', { name: 'Follow' });
    await expect.poll(() => follow.getAttribute('aria-pressed')).toBe('true');
    await untilEnded(page);
    await untilShown(page, 'line 100000 of');
    expect(await page.getByTestId('totals').textContent()).toBe('100,001 lines, 1 line on stderr');
    // No single task of the page may block it; a generous limit, for busy machines.
    const worst = await page.evaluate(() => (window as unknown as { worst: { ms: number } }).worst.ms);
    console.log(`longest task at 100,000 lines: ${Math.round(worst)} ms`);
    expect(worst).toBeLessThan(1500);

    await page.getByRole('region', { name: /Output of the tool/ }).focus();
    await page.keyboard.press('Home');
    await untilShown(page, 'line 1 of');
    await page.getByRole('button', { name: 'End', exact: true }).click();
    // Two pipes: the line on stderr may have been read before the last ones on stdout.
    await untilShown(page, 'line 100000 of');

    await page.keyboard.press('/');
    await page.getByRole('searchbox', { name: 'Search the output' }).fill('line 77777 of');
    await untilShown(page, 'line 77777 of');
    await expect.poll(() => page.getByTestId('found').textContent()).toBe('1 of 1');
    await page.keyboard.press('Escape');

    await page.getByRole('button', { name: 'Copy', exact: true }).click();
    await expect.poll(async () => (await page.evaluate(() => navigator.clipboard.readText())).split('\n').length).toBe(100_002);
    const saved = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Full log' }).click();
    const log = readFileSync((await (await saved).path()) ?? '', 'utf8');
    expect(log.split('\n').length).toBe(100_002);
    expectClean();
  });

  it('has a plain text form', async () => {
    const { page, expectClean } = await run(`printf '\\033[32mgreen\\033[0m\\n'; printf '1%%\\r99%%\\n'`);
    await untilEnded(page);
    await page.getByRole('button', { name: 'Plain text' }).click();
    await expect.poll(() => page.getByTestId('plain-log').textContent()).toBe('green\n99%\n');
    expectClean();
  });

  it('is live: what a run writes is seen while it runs, and it can be cancelled', async () => {
    const { page, expectClean } = await run('echo begun; while :; do :; done');
    await untilShown(page, 'begun');
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toContain('Running');
    const usage = async (): Promise<string> => (await page.getByTestId('usage').textContent()) ?? '';
    const before = await usage();
    await expect.poll(usage).not.toBe(before);
    // Time, CPU and memory grow while it runs.
    await expect.poll(usage).toMatch(/CPU[1-9][\d.]* m?s.*memory[1-9][\d.]* [KM]iB of.*Processes[1-9]/);
    const cpu = async (): Promise<string> => /CPU([\d.]+ m?s)/.exec(await usage())?.[1] ?? '';
    const first = await cpu();
    await expect.poll(cpu).not.toBe(first);
    await page.keyboard.press('x');
    await untilEnded(page);
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toContain('Cancelled');
    expectClean();
  });

  it('waits in the queue first, and shows its position', async () => {
    const first = await server.submit('sleep 60');
    const second = await server.submit('sleep 60');
    const { page, expectClean } = await run('echo at last');
    await expect.poll(() => page.getByTestId('queue-place').textContent()).toContain('Position 2 in the queue');
    await expect.poll(() => page.getByTestId('queue-place').textContent()).toContain('1 slot');
    await server.call('POST', `/api/jobs/${first}/cancel`);
    await expect.poll(() => page.getByTestId('queue-place').textContent()).toContain('Position 1 in the queue');
    await server.call('POST', `/api/jobs/${second}/cancel`);
    await untilShown(page, 'at last');
    expectClean();
  });

  it('names the limit that ended a run, its value and the observed value', async () => {
    const { page, expectClean } = await run('head -c 300m /dev/zero | tail');
    await untilEnded(page);
    const words = (await page.getByTestId('explanation').textContent()) ?? '';
    expect(words).toMatch(/memory limit: 128 MiB allowed, 1\d\d.* seen/);
    expect(words).toContain('raise the limit');
    expectClean();
  });
});
