// The log of a run: numbers and their addresses, search of all of it, wrap, full screen, selection, touch, many lines.
import type { Browser, Page } from 'playwright-core';
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

const ended = async (script: string, toolId: 'shell' | 'finder' = 'shell'): Promise<string> => {
  const jobId = await server.submit(script, toolId);
  await server.ended(jobId);
  return `${server.url}/runs/${jobId}`;
};
const search = (page: Page) => page.getByRole('searchbox', { name: 'Search the output' });
const found = (page: Page) => page.getByTestId('found').textContent();
const log = (page: Page) => page.getByTestId('log');
const hash = (page: Page): string => new URL(page.url()).hash;
const chosenLines = (page: Page) => page.locator('.log-row[data-chosen] .log-number').allTextContents();

describe('the log of a run that has ended', () => {
  it('begins at its top, has numbers, and each line has an address that leads back to it', async () => {
    const url = await ended('seq -f "line %.0f" 500');
    const { page, expectClean } = await open(browser, url, { permissions: ['clipboard-read', 'clipboard-write'] });
    await untilShown(page, 'line 1');
    await untilEnded(page);
    expect((await shownRows(page))[0]).toBe('line 1');
    await page.locator('.log-number', { hasText: /^5$/ }).click();
    expect(hash(page)).toBe('#L5');
    await page.locator('.log-number', { hasText: /^8$/ }).click({ modifiers: ['Shift'] });
    expect(hash(page)).toBe('#L5-L8');
    expect(await chosenLines(page)).toEqual(['5', '6', '7', '8']);

    await page.goto(`${url}#L321`);
    await page.reload();
    await untilShown(page, 'line 321');
    expect(await chosenLines(page)).toEqual(['321']);
    // Another address on the same page, and by the keyboard alone.
    await page.evaluate(() => (location.hash = '#L77'));
    await untilShown(page, 'line 77');
    await page.keyboard.press('/');
    await page.keyboard.type(':450');
    await page.keyboard.press('Enter');
    await untilShown(page, 'line 450');
    expect(hash(page)).toBe('#L450');
    expect(await page.evaluate(() => document.activeElement?.getAttribute('data-testid'))).toBe('log');
    expectClean();
  });

  it('is searched as a whole: 200,000 lines, none denied, all counted', async () => {
    const { page, expectClean } = await open(browser, await ended('seq -f "line %.0f of many" 200000; echo "the LAST one" >&2'));
    await untilEnded(page);
    await expect.poll(() => page.getByTestId('totals').textContent(), { timeout: 60_000 }).toContain('200,001 lines');
    for (const wanted of ['line 3 of', 'line 125003 of', 'line 199999 of']) {
      await search(page).fill(wanted);
      await expect.poll(() => found(page), { timeout: 40_000 }).toBe('1 of 1');
      await untilShown(page, wanted);
    }
    await search(page).fill('of many');
    await expect.poll(() => found(page), { timeout: 40_000 }).toMatch(/^[\d,]+ of 200,000$/);
    await search(page).fill('line \\d*77 of');
    await expect.poll(() => found(page)).toBe('not found');
    await page.getByRole('button', { name: 'Regular expression' }).click();
    await expect.poll(() => found(page), { timeout: 40_000 }).toMatch(/ of 2,000$/);
    await search(page).fill('last');
    await expect.poll(() => found(page)).toBe('1 of 1');
    await page.getByRole('button', { name: 'Match case' }).click();
    await expect.poll(() => found(page)).toBe('not found');
    // A pattern that is none says why; Enter and Shift Enter go on and back.
    await search(page).fill('line (');
    await expect.poll(() => page.getByTestId('search-problem').textContent()).toMatch(/unterminated group/i);
    await search(page).fill('line 1000\\d\\d of');
    await expect.poll(() => found(page)).toMatch(/ of 100$/);
    const first = await found(page);
    await page.keyboard.press('Enter');
    await expect.poll(() => found(page)).not.toBe(first);
    await page.keyboard.press('Shift+Enter');
    await expect.poll(() => found(page)).toBe(first);
    await page.locator('.log mark[data-current]').first().waitFor();
    expectClean();
  }, 180_000);

  it('is scrolled smoothly at 200,000 lines, and only what is near the screen are elements', async () => {
    const { page, expectClean } = await open(browser, await ended('seq -f "src/hello.txt:%.0f: words of a line that is some seventy characters long" 200000'));
    await untilEnded(page);
    await expect.poll(() => page.getByTestId('totals').textContent(), { timeout: 60_000 }).toContain('200,000 lines');
    const line = await page.context().newCDPSession(page);
    // The time of the page's own thread, without that of other programs on the machine.
    await line.send('Performance.enable', { timeDomain: 'threadTicks' });
    const work = async (): Promise<number> => {
      const { metrics } = await line.send('Performance.getMetrics');
      return ['ScriptDuration', 'LayoutDuration', 'RecalcStyleDuration'].reduce((sum, name) => sum + (metrics.find((one) => one.name === name)?.value ?? 0), 0) * 1000;
    };
    const before = await work();
    const frames = await log(page).evaluate(async (box) => {
      let count = 0;
      const start = performance.now();
      while (performance.now() - start < 3000) {
        box.scrollTop += 120;
        await new Promise(requestAnimationFrame);
        count += 1;
      }
      return { count, total: performance.now() - start };
    });
    const perFrame = ((await work()) - before) / frames.count;
    console.log(`scrolling a log: ${((frames.count * 1000) / frames.total).toFixed(0)} frames a second, work ${perFrame.toFixed(1)} ms each`);
    expect(perFrame).toBeLessThan(33);
    expect(await page.locator('.log-row').count()).toBeLessThan(150);
    expectClean();
  }, 120_000);

  it('begins at the first finding where there is one', async () => {
    const script = 'seq -f "compiling %.0f" 300; echo "src/hello.txt:2:1: warning: odd [odd]"; seq -f "more %.0f" 300; exit 1';
    const { page, expectClean } = await open(browser, await ended(script, 'finder'));
    await page.getByRole('tab', { name: 'Output' }).click();
    await untilShown(page, 'src/hello.txt:2:1: warning');
    await page.getByRole('button', { name: 'Top' }).click();
    await untilShown(page, 'compiling 1');
    await page.getByRole('button', { name: 'First finding' }).click();
    await untilShown(page, 'src/hello.txt:2:1: warning');
    await page.getByRole('button', { name: 'End', exact: true }).click();
    await untilShown(page, 'more 300');
    // The address of a line leads to the output, that of a finding to the findings.
    await page.goto(`${page.url().split('#')[0]}#L42`);
    await page.reload();
    await untilShown(page, 'compiling 42');
    expectClean();
  });

  it('wraps long lines, and nothing is cut off', async () => {
    const { page, expectClean } = await open(browser, await ended('printf "begin%0700dend\\n" 0; echo 日本語日本語; echo after'));
    await untilShown(page, 'after');
    expect((await shownRows(page)).filter(Boolean).length).toBe(3);
    await page.keyboard.press('w');
    await expect.poll(async () => (await shownRows(page)).length).toBeGreaterThan(5);
    const fits = await log(page).evaluate((box) => box.scrollWidth <= box.clientWidth);
    expect(fits).toBe(true);
    const rows = await shownRows(page);
    expect(rows.join('')).toContain(`begin${'0'.repeat(700)}end`);
    expect(await page.locator('.log-number').allTextContents().then((all) => all.filter(Boolean))).toEqual(['1', '2', '3']);
    expectClean();
  });

  it('is selected and copied as text, also over rows that were scrolled away', async () => {
    const { page, expectClean } = await open(browser, await ended('seq -f "line %.0f" 5000'), { permissions: ['clipboard-read', 'clipboard-write'] });
    await untilShown(page, 'line 1');
    await untilEnded(page);
    const clipboard = () => page.evaluate(() => navigator.clipboard.readText());
    const box = await page.locator('.log-text', { hasText: /^line 2$/ }).boundingBox();
    if (!box) throw new Error('no row');
    await page.mouse.move(box.x + 7, box.y + 10);
    await page.mouse.down();
    await page.mouse.move(box.x + 300, box.y + 50, { steps: 4 });
    await page.mouse.up();
    await page.keyboard.press('Control+c');
    await expect.poll(clipboard).toBe('line 2\nline 3\nline 4');
    // From the second line far down. The first click ends the selection.
    await page.mouse.click(box.x + 7, box.y + 170);
    await page.mouse.click(box.x + 7, box.y + 10);
    await log(page).evaluate((element) => (element.scrollTop = 40_000));
    await untilShown(page, 'line 2010');
    const far = await page.locator('.log-text', { hasText: /^line 2010$/ }).boundingBox();
    await page.keyboard.down('Shift');
    await page.mouse.click((far?.x ?? 0) + 300, (far?.y ?? 0) + 10);
    await page.keyboard.up('Shift');
    await page.keyboard.press('Control+c');
    await expect.poll(async () => (await clipboard()).split('\n').length).toBe(2009);
    // And all of it.
    await log(page).focus();
    await page.keyboard.press('Control+a');
    await page.keyboard.press('Control+c');
    await expect.poll(async () => (await clipboard()).split('\n').length).toBe(5000);
    expectClean();
  });

  it('fills the screen, keeps the focus inside, and gives it back', async () => {
    const { page, expectClean } = await open(browser, await ended('seq 100'));
    await untilShown(page, '1');
    await page.getByRole('button', { name: 'Full screen' }).focus();
    await page.keyboard.press('Enter');
    await expect.poll(() => log(page).evaluate((box) => box.clientHeight > innerHeight * 0.75)).toBe(true);
    for (let i = 0; i < 30; i += 1) {
      await page.keyboard.press('Tab');
      expect(await page.evaluate(() => document.activeElement?.closest('.log-full') !== null)).toBe(true);
    }
    await log(page).focus();
    await page.keyboard.press('Escape');
    await expect.poll(() => page.locator('.log-full').count()).toBe(0);
    expect(await page.evaluate(() => document.activeElement?.getAttribute('data-testid'))).toBe('log');
    expectClean();
  });

  it.each([320, 390])('is scrolled by touch on a phone of %i px', async (width) => {
    const { page, expectClean } = await open(browser, await ended('seq -f "line %.0f" 2000'), { viewport: { width, height: 700 }, isMobile: true, hasTouch: true });
    await untilShown(page, 'line 1');
    await untilEnded(page);
    await log(page).evaluate((element) => element.scrollIntoView({ block: 'start' }));
    const box = await log(page).boundingBox();
    const line = await page.context().newCDPSession(page);
    const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', y: number) =>
      line.send('Input.dispatchTouchEvent', { type, touchPoints: type === 'touchEnd' ? [] : [{ x: width / 2, y }] });
    const top = box?.y ?? 0;
    for (let i = 0; i < 4; i += 1) {
      await touch('touchStart', top + 130);
      for (let y = 120; y >= 10; y -= 10) await touch('touchMove', top + y);
      await touch('touchEnd', 0);
    }
    await expect.poll(() => log(page).evaluate((element) => element.scrollTop)).toBeGreaterThan(150);
    expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).toBeLessThanOrEqual(0);
    expectClean();
  });
});

// Opens the page of a run that waits, and lets it run then: all of it is seen, however slow the machine is.
async function live(script: string): Promise<Awaited<ReturnType<typeof open>>> {
  const before = await server.submit('sleep 600');
  const opened = await open(browser, `${server.url}/runs/${await server.submit(script)}`);
  await opened.page.getByTestId('queue-place').waitFor();
  await server.call('POST', `/api/jobs/${before}/cancel`);
  return opened;
}

describe('the log of a run that goes on', () => {
  it('follows the end until the user scrolls up, and again at the end', async () => {
    const { page, expectClean } = await live('for i in $(seq 600); do echo "line $i"; sleep 0.05; done');
    await untilShown(page, 'line 60');
    const follow = page.getByRole('button', { name: 'Follow' });
    await expect.poll(() => follow.getAttribute('aria-pressed')).toBe('true');
    await log(page).hover();
    await page.mouse.wheel(0, -400);
    await expect.poll(() => follow.getAttribute('aria-pressed')).toBe('false');
    const at = await log(page).evaluate((box) => box.scrollTop);
    const count = await page.getByTestId('totals').textContent();
    await expect.poll(() => page.getByTestId('totals').textContent()).not.toBe(count);
    await page.waitForTimeout(500);
    expect(Math.abs((await log(page).evaluate((box) => box.scrollTop)) - at)).toBeLessThan(40);
    await log(page).focus();
    await page.keyboard.press('End');
    await expect.poll(() => follow.getAttribute('aria-pressed')).toBe('true');
    await page.keyboard.press('x');
    await untilEnded(page);
    expectClean();
  });

  it('is a terminal only while it moves the cursor, and a list of its last state afterwards', async () => {
    const script = 'echo a 0%; echo b 0%; for i in 20 40 60 80 100; do sleep 2; printf "\\033[2Aa $i%%\\033[K\\nb $i%%\\033[K\\n"; done; echo end';
    const { page, expectClean } = await live(script);
    await page.getByTestId('terminal').waitFor();
    await untilEnded(page);
    await untilShown(page, 'end');
    expect((await shownRows(page)).filter(Boolean)).toEqual(['a 100%', 'b 100%', 'end']);
    await page.getByRole('button', { name: 'Terminal' }).click();
    await expect.poll(() => page.locator('.xterm-rows').textContent()).toContain('b 100%');
    // The search needs the list.
    await page.keyboard.press('/');
    await page.keyboard.type('b 100');
    await expect.poll(() => found(page)).toBe('1 of 1');
    expectClean();
  });
});

describe('hostile logs', () => {
  it('stay harmless: a line of 10 MB, one of controls, directions, and a pattern without an end', async () => {
    const script = `head -c 10000000 /dev/zero | tr '\\0' 'a'; echo '!'; printf '\\342\\200\\256evil \\342\\200\\250 sep \\001\\002\\177\\033[8m<b>bold</b>\\033[0m\\n'; echo done`;
    const { page, expectClean } = await open(browser, await ended(script));
    await expect.poll(() => page.getByTestId('totals').textContent(), { timeout: 60_000 }).toContain('3 lines');
    expect(await page.locator('.log-row').count()).toBeLessThan(150);
    await search(page).fill('a!');
    await expect.poll(() => found(page), { timeout: 40_000 }).toBe('1 of 1');
    await page.locator('.log mark[data-current]').first().waitFor();
    await search(page).fill('evil');
    await untilShown(page, '⟨U+202E⟩evil');
    await untilShown(page, '<b>bold</b>');
    expect(await log(page).locator('b, script, img').count()).toBe(0);
    // The page still answers while a worker is lost in the pattern.
    await page.getByRole('button', { name: 'Regular expression' }).click();
    await search(page).fill('(a+)+$');
    await page.waitForTimeout(300);
    const start = Date.now();
    await page.getByRole('button', { name: 'Wrap' }).click();
    expect(Date.now() - start).toBeLessThan(5000);
    await expect.poll(() => page.getByTestId('search-problem').textContent(), { timeout: 40_000 }).toContain('takes too long');
    await search(page).fill('done');
    await expect.poll(() => found(page), { timeout: 40_000 }).toBe('1 of 1');
    expectClean();
  }, 150_000);
});
