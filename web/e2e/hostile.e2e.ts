// Threat 72: whatever a tool writes to its output, its files or their names stays text.
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launch, open, shownRows, untilEnded, untilShown } from './browser';
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

const script = String.raw`
printf '<script>document.title="pwned"</script><img src=x onerror=alert(1)>\n'
printf '\033]8;;javascript:document.title="pwned"\033\\click me\033]8;;\033\\\n'
printf '\033]8;;https://example.invalid/\007or me\033]8;;\007\n'
printf '\033]52;c;cHduZWQ=\007'; printf '\033]0;pwned\007'; printf '\033]11;#ff0000\007'
printf '\033]5'; sleep 0.2; printf '2;c;cHdu'; sleep 0.2; printf 'ZWQ=\007after\n'
printf '\033[?1049h\033[?1000h\033[2J\033[3J\033c\033[c\033[6n'
printf '\033]0;this string never ends\n'
printf 'still here\n'
printf '\342\200\256txt.exe\n'
printf '<svg xmlns="http://www.w3.org/2000/svg" onload="document.title=1"><script>document.title="pwned"</script></svg>' > picture.svg
printf '<script>parent.document.title="pwned"</script>' > page.html
cp page.html picture.png
: > '<img src=x onerror=alert(1)>.txt'
exit 1
`;

describe('hostile output', () => {
  it('T72 stays inert in the console, cut anywhere', async () => {
    const jobId = await server.submit(script);
    const { page, expectClean } = await open(browser, `${server.url}/runs/${jobId}`, { permissions: ['clipboard-read', 'clipboard-write'] });
    await page.evaluate(() => navigator.clipboard.writeText('mine'));
    const dialogs: string[] = [];
    page.on('dialog', (dialog) => {
      dialogs.push(dialog.message());
      void dialog.dismiss();
    });
    const requests: string[] = [];
    page.on('request', (request) => requests.push(request.url()));
    await untilEnded(page);
    await untilShown(page, 'still here');
    const rows = await shownRows(page);
    expect(rows[0]).toBe('<script>document.title="pwned"</script><img src=x onerror=alert(1)>');
    expect(rows.slice(1, 4)).toEqual(['click me', 'or me', 'after']);
    expect(rows).toContain('⟨U+202E⟩txt.exe');

    await page.keyboard.down('Control');
    for (const text of ['click me', 'or me']) {
      const box = await page.locator('.log-sheet').getByText(text).first().boundingBox();
      await page.mouse.move((box?.x ?? 0) + 10, (box?.y ?? 0) + 5, { steps: 3 });
      await page.mouse.click((box?.x ?? 0) + 10, (box?.y ?? 0) + 5);
    }
    await page.keyboard.up('Control');
    expect(page.context().pages().length).toBe(1);
    expect(await page.title()).toBe('Failed: Shell · Glovebox');
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe('mine');
    expect(dialogs).toEqual([]);
    expect(requests.filter((url) => !url.startsWith(server.url))).toEqual([]);
    expect(await page.locator('.log a:not(.log-number), .log script, .log img').count()).toBe(0);
    const background = await page.locator('.log').evaluate((element) => getComputedStyle(element).backgroundColor);
    expect(background).toBe('rgb(255, 255, 255)');

    await page.getByRole('button', { name: 'Plain text' }).click();
    await expect.poll(() => page.getByTestId('plain-log').textContent()).toContain('still here');
    expect(await page.getByTestId('plain-log').locator('*').count()).toBe(0);
    expectClean();
  });

  it('T72 stays inert in files that the tool made', async () => {
    const jobId = await server.submit(script);
    await server.ended(jobId);
    const artifact = await fetch(`${server.url}/api/jobs/${jobId}/artifacts/page.html`);
    const { page, expectClean } = await open(browser, `${server.url}/runs/${jobId}`);
    await untilEnded(page);
    const files = page.getByTestId('artifacts');
    expect(await files.textContent()).toContain('<img src=x onerror=alert(1)>.txt');
    expect(artifact.status).toBe(200);
    expect(artifact.headers.get('Content-Disposition')).toContain('attachment');
    for (const [name, text] of [['page.html', 'parent.document'], ['picture.svg', '<svg'], ['picture.png', 'parent.document']] as const) {
      await files.getByRole('button', { name: new RegExp(name.replace('.', '\\.')) }).click();
      await expect.poll(() => files.getByTestId('file-text').textContent()).toContain(text);
      expect(await files.locator('svg, iframe, img').count()).toBe(0);
    }
    expect(await page.title()).toBe('Failed: Shell · Glovebox');
    expectClean();
  });
});
