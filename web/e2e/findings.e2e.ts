// Findings of real tools on a project that nobody here wrote, and hostile and large ones.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { zipSync } from 'fflate';
import type { Browser, CDPSession, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launch, open } from './browser';
import { TestServer } from './server';

// Shipped tools that take seconds and are installed wherever these tests run.
const quick = 'codespell,flake8,flawfinder,shellcheck,yamllint';
const shipped = process.env['GLOVEBOX_TOOLS'] ?? '';
const folder = mkdtempSync(join(tmpdir(), 'glovebox-web-findings-'));
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

let server: TestServer;
let browser: Browser;
beforeAll(async () => {
  server = await TestServer.start({ shipped: quick });
  browser = await launch();
});
afterAll(async () => {
  await browser.close();
  await server.stop();
  rmSync(folder, { recursive: true });
});

const drop = async (page: Page, name: string, content: Uint8Array): Promise<void> => {
  const transfer = await page.evaluateHandle(
    ([fileName, data]) => {
      const made = new DataTransfer();
      made.items.add(new File([Uint8Array.from(atob(data), (c) => c.charCodeAt(0))], fileName));
      return made;
    },
    [name, Buffer.from(content).toString('base64')] as const,
  );
  await page.getByTestId('drop-zone').dispatchEvent('drop', { dataTransfer: transfer });
};
const verdict = (page: Page): Promise<string | null> => page.getByTestId('findings-verdict').textContent();
const activeRow = (page: Page) => page.getByTestId('finding-tree').locator('[aria-selected="true"]');
// The line number in the gutter beside the line with the current finding, and the text of that line.
const lineAtFinding = (page: Page): Promise<string> =>
  page
    .getByTestId('source')
    .locator('.found-current')
    .first()
    .evaluate((item) => {
      let row = item.closest('.found-block')?.previousElementSibling ?? null;
      while (row && !row.classList.contains('cm-line')) row = row.previousElementSibling;
      return row?.textContent ?? '';
    });

describe.skipIf(shipped === '')('findings of real tools on a real project', () => {
  it('are beside their source line after a drop and one click, and keep their place', async () => {
    const archive = join(folder, 'project.zip');
    const what = execFileSync('/usr/bin/python3', [join(shipped, '..', 'tests', 'e2e', 'real_project.py'), archive], { encoding: 'utf8' }).trim();
    const { page, expectClean } = await open(browser, server.url);
    const began = performance.now();
    await drop(page, 'project.zip', readFileSync(archive));
    await page.getByRole('button', { name: 'Check everything' }).click();
    const clicks = 1;
    await page.getByTestId('source').locator('.found-current').first().waitFor({ timeout: 100_000 });
    const seconds = (performance.now() - began) / 1000;
    await expect.poll(() => page.getByTestId('checkup-progress').textContent(), { timeout: 100_000 }).toMatch(/tools? ran/);
    const all = (performance.now() - began) / 1000;
    console.log(`${what}: first finding beside its line after ${clicks} click and ${seconds.toFixed(1)} s; all tools after ${all.toFixed(1)} s: ${await verdict(page)}`);
    expect(Number(/, (\d+) files/.exec(what)?.[1])).toBeGreaterThan(100);
    await expect.poll(() => verdict(page)).toMatch(/^[\d,.\s]+ findings in [\d,.\s]+ files/);

    // The line beside the finding is the line of the project's file.
    await page.keyboard.press('n');
    await expect.poll(() => activeRow(page).count()).toBe(1);
    const address = new URLSearchParams(new URL(page.url()).hash.slice(1));
    const projectId = (await server.call<{ projectId: string }>('GET', `/api/checkups/${new URL(page.url()).pathname.split('/').pop()}`)).projectId;
    const file = await fetch(`${server.url}/api/projects/${projectId}/files/${address.get('file')}`);
    const line = (await file.text()).split('\n')[Number(address.get('line')) - 1] ?? '?';
    await expect.poll(() => lineAtFinding(page).then((text) => text.trim())).toBe(line.replace(/\r$/, '').trim());

    // A reload, and the address in another window, lead back to the place.
    const row = await activeRow(page).textContent();
    await page.reload();
    await page.getByTestId('source').locator('.found-current').first().waitFor();
    expect(await activeRow(page).textContent()).toBe(row);
    const other = await page.context().newPage();
    await other.goto(page.url());
    await other.getByTestId('source').locator('.found-current').first().waitFor();
    expect(await other.getByTestId('finding-tree').locator('[aria-selected="true"]').textContent()).toBe(row);
    await other.close();
    expectClean();
  }, 180_000);

  it('are filtered, and walked through with the keyboard', async () => {
    const { page, expectClean } = await open(browser, `${server.url}/`);
    const files = { 'run.sh': bytes('#!/bin/sh\necho $1\nrm -rf "$2"/x $3\n'), 'a/b.py': bytes('import os\nimport sys\n\n\ndef f( x):\n    return  teh\n'), 'notes.txt': bytes('recieve teh\n') };
    await drop(page, 'small.zip', zipSync(files));
    await page.getByRole('button', { name: 'Check everything' }).click();
    await expect.poll(() => page.getByTestId('checkup-progress').textContent(), { timeout: 100_000 }).toMatch(/tools? ran/);
    await expect.poll(() => verdict(page)).toMatch(/findings in 3 files/);
    const total = Number(/^(\d+)/.exec((await verdict(page)) ?? '')?.[1]);

    await page.getByLabel('Tool', { exact: true }).selectOption({ label: 'ShellCheck' });
    await expect.poll(() => verdict(page)).toMatch(new RegExp(`^\\d+ of ${total} findings`));
    await page.getByRole('button', { name: 'Clear filters' }).click();
    await page.getByLabel('Severity').selectOption('error');
    await expect.poll(() => verdict(page)).toMatch(/ of \d+ findings/);
    await page.getByRole('button', { name: 'Clear filters' }).click();
    await page.locator('body').press('/');
    await page.keyboard.type('recieve');
    await expect.poll(() => verdict(page)).toMatch(new RegExp(`^1 of ${total} findings`));
    await page.getByRole('button', { name: 'Clear filters' }).click();

    // n and p go through all places and round; the tree follows.
    await page.getByTestId('finding-tree').focus();
    const places: string[] = [];
    for (let i = 0; i < total; i += 1) {
      await page.keyboard.press('n');
      await expect.poll(() => activeRow(page).count()).toBe(1);
      places.push(new URL(page.url()).hash);
    }
    await page.keyboard.press('n');
    expect(new URL(page.url()).hash).toBe(places[0]);
    await page.keyboard.press('p');
    expect(new URL(page.url()).hash).toBe(places[total - 1]);
    const names = new Set(places.map((place) => new URLSearchParams(place.slice(1)).get('file')));
    expect([...names].sort()).toEqual(['a/b.py', 'notes.txt', 'run.sh']);
    // In the tree itself: to the first row, close it, open it, and choose.
    await page.keyboard.press('Home');
    const rows = await page.getByTestId('finding-tree').getByRole('treeitem').count();
    await page.keyboard.press('ArrowLeft');
    await expect.poll(() => page.getByTestId('finding-tree').getByRole('treeitem').count()).toBeLessThan(rows);
    await page.keyboard.press('ArrowRight');
    await expect.poll(() => page.getByTestId('finding-tree').getByRole('treeitem').count()).toBe(rows);
    expectClean();
  }, 120_000);
});

describe('hostile findings', () => {
  it('T72 stay text: no way out of the project, no script, no link but to the rule’s help', async () => {
    const lines = [
      '../../etc/passwd:1: error: outside',
      '/etc/shadow:2:1: warning: absolute',
      'src/hello.txt:1:1: error: <script>document.title="pwned"</script><img src=x onerror=alert(1)>',
      'src/hello.txt:1:2: warning: [click](javascript:document.title=1) [javascript:alert(1)]',
      'src/hello.txt:2:1: warning: over [../../../evil?x#y]',
      'src/%2e%2e/hello.txt:1: error: encoded',
      'src/hello.txt:999999999: error: far behind the end',
    ];
    const jobId = await server.submit(`cat <<'END'\n${lines.join('\n')}\nEND\nexit 1`, 'finder');
    await server.ended(jobId);
    const { page, expectClean } = await open(browser, `${server.url}/runs/${jobId}`);
    const requests: string[] = [];
    page.on('request', (request) => requests.push(request.url()));
    const dialogs: string[] = [];
    page.on('dialog', (dialog) => {
      dialogs.push(dialog.message());
      void dialog.dismiss();
    });
    await expect.poll(() => verdict(page)).toMatch(/^7 findings in 1 file/);
    for (let i = 0; i < lines.length; i += 1) {
      await page.keyboard.press('n');
      await expect.poll(() => activeRow(page).count()).toBe(1);
      const hrefs = await page.getByTestId('findings').locator('a').evaluateAll((links) => links.map((link) => (link as HTMLAnchorElement).href));
      for (const href of hrefs) expect(href).toMatch(/^(https:\/\/example\.org\/rules\/[^/?#]*$|http:\/\/127\.0\.0\.1)/);
    }
    const shown = (await page.getByTestId('findings').textContent()) ?? '';
    expect(shown).toContain('/etc/passwd');
    expect(await page.getByTestId('findings').locator('script, img, iframe').count()).toBe(0);
    // An address that names a path outside shows nothing of it.
    await page.goto(`${server.url}/runs/${jobId}#file=../../etc/passwd&line=1`);
    await page.reload();
    await expect.poll(() => verdict(page)).toMatch(/^7 findings/);
    expect(dialogs).toEqual([]);
    expect(await page.title()).not.toContain('pwned');
    expect(requests.filter((url) => !url.startsWith(server.url) || /etc|shadow|\.\./.test(new URL(url).pathname))).toEqual([]);
    expectClean();
  });
});

describe('places in the output', () => {
  it('are links to the source where they name a file of the project', async () => {
    const jobId = await server.submit("echo 'src/hello.txt:2:1: see here'; echo '../../etc/passwd:1: not here'; echo '<b>src/deep/page.html</b>'");
    await server.ended(jobId);
    const { page, expectClean } = await open(browser, `${server.url}/runs/${jobId}`);
    await page.getByRole('button', { name: 'Plain text' }).click();
    const log = page.getByTestId('plain-log');
    await expect.poll(() => log.getByRole('button').allTextContents()).toEqual(['src/hello.txt:2:1', 'src/deep/page.html']);
    await log.getByRole('button').first().focus();
    await page.keyboard.press('Enter');
    await page.getByTestId('output-source').getByTestId('source').locator('.found-current').waitFor();
    expect((await lineAtFinding(page)).trim()).toBe('world');
    // In the list by the mouse, and by the keyboard on the line that the address names.
    await page.getByRole('button', { name: 'Plain text' }).click();
    const list = page.getByTestId('log');
    await expect.poll(() => list.getByRole('link', { name: /src/ }).allTextContents()).toEqual(['src/hello.txt:2:1', 'src/deep/page.html']);
    await list.getByRole('link', { name: 'src/deep/page.html' }).click();
    await expect.poll(() => page.getByTestId('output-source').textContent()).toContain('page.html');
    await page.getByRole('searchbox', { name: 'Search the output' }).fill(':1');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Enter');
    await expect.poll(() => page.getByTestId('output-source').textContent()).toContain('hello.txt');
    await page.getByTestId('output-source').waitFor();
    expectClean();
  });
});

describe('many findings', () => {
  it('25,000 of them and a file of 50,000 lines are scrolled smoothly', async () => {
    const text = Array.from({ length: 50_000 }, (_, i) => `int value_${i} = ${i};  /* line ${i + 1} */`).join('\n');
    const projectId = await server.upload(zipSync({ 'big.c': bytes(text) }));
    const script = `seq 1 2 49999 | sed 's/.*/big.c:&:5: warning: value & is never used [unused]/'`;
    const jobId = await server.submit(script, 'finder', projectId);
    await server.ended(jobId);
    const { page, expectClean } = await open(browser, `${server.url}/runs/${jobId}`);
    await expect.poll(() => verdict(page), { timeout: 40_000 }).toMatch(/^25[,.\s]?000 findings in 1 file/);
    await page.getByTestId('source').locator('.found-current').first().waitFor();
    const line = await page.context().newCDPSession(page);
    await line.send('Performance.enable');
    const tree = await frames(page, line, '[data-testid="finding-tree"]');
    const source = await frames(page, line, '.cm-scroller');
    await plainList(page);
    const plain = await frames(page, line, '#plain');
    console.log(`scrolling: ${inWords(tree)} in the tree, ${inWords(source)} in the source; a plain list: ${inWords(plain)}`);
    // At most the rows around those on the screen are elements.
    expect(await page.getByTestId('finding-tree').getByRole('treeitem').count()).toBeLessThan(120);
    expectClean();
  }, 120_000);
});

interface Frames {
  perSecond: number;
  longest: number;
  work: number; // ms of each frame in scripts, style and layout
}
const inWords = ({ perSecond, longest, work }: Frames): string => `${perSecond.toFixed(0)} frames a second (longest ${longest.toFixed(0)} ms, work ${work.toFixed(1)} ms)`;

// Scrolls three seconds by 120 px a frame.
async function frames(page: Page, line: CDPSession, selector: string): Promise<Frames> {
  const before = await workTime(line);
  const seen = await page.evaluate(async (wanted) => {
    const find = (root: Document | ShadowRoot): Element | null => {
      const direct = root.querySelector(wanted);
      if (direct) return direct;
      for (const host of root.querySelectorAll('*')) {
        const inside = host.shadowRoot ? find(host.shadowRoot) : null;
        if (inside) return inside;
      }
      return null;
    };
    const box = find(document);
    if (!box) throw new Error(`no ${wanted}`);
    const times: number[] = [];
    await new Promise<void>((done) => {
      const step = (now: number): void => {
        times.push(now);
        box.scrollTop += 120;
        if (now - (times[0] ?? now) > 3000) done();
        else requestAnimationFrame(step);
      };
      requestAnimationFrame(step);
    });
    const gaps = times.slice(1).map((time, i) => time - (times[i] ?? time));
    return { count: gaps.length, total: (times[times.length - 1] ?? 0) - (times[0] ?? 0), longest: Math.max(...gaps) };
  }, selector);
  const work = ((await workTime(line)) - before) / Math.max(1, seen.count);
  return { perSecond: (seen.count * 1000) / seen.total, longest: seen.longest, work };
}

async function workTime(line: CDPSession): Promise<number> {
  const { metrics } = await line.send('Performance.getMetrics');
  const value = (name: string): number => metrics.find((one) => one.name === name)?.value ?? 0;
  return (value('ScriptDuration') + value('LayoutDuration') + value('RecalcStyleDuration')) * 1000;
}

// A list of two thousand plain rows, as a measure of the machine.
const plainList = (page: Page): Promise<void> =>
  page.evaluate(() => {
    const box = document.createElement('div');
    box.id = 'plain';
    box.style.cssText = 'position:fixed;left:0;top:0;height:600px;width:360px;overflow-y:auto;z-index:-1';
    for (let i = 0; i < 2000; i += 1) {
      const row = document.createElement('div');
      row.style.height = '28px';
      row.textContent = `row ${i} with some text`;
      box.append(row);
    }
    document.body.append(box);
  });
