// Archives, folders, drag and drop, limits, refusals, recent projects and the viewer.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { zipSync } from 'fflate';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launch, open } from './browser';
import { TestServer } from './server';

let server: TestServer;
let browser: Browser;
const folder = mkdtempSync(join(tmpdir(), 'glovebox-web-files-'));
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const zipFile = (name: string, files: Record<string, Uint8Array>): { name: string; mimeType: string; buffer: Buffer } => ({
  name,
  mimeType: 'application/zip',
  buffer: Buffer.from(zipSync(files, { level: 0 })),
});

beforeAll(async () => {
  server = await TestServer.start({ 'upload-bytes': '20MiB', 'file-bytes': '18MiB', 'archive-entries': 50 });
  browser = await launch();
});
afterAll(async () => {
  await browser.close();
  await server.stop();
  rmSync(folder, { recursive: true });
});

// On the middle of the page, as a user does it.
const drop = (page: Page, files: [string, Uint8Array][]) =>
  page.evaluate(
    (all) => {
      const transfer = new DataTransfer();
      for (const [name, data] of all) transfer.items.add(new File([new Uint8Array(data)], name));
      document.querySelector('main')?.dispatchEvent(new DragEvent('drop', { dataTransfer: transfer, bubbles: true, cancelable: true }));
    },
    files.map(([name, data]): [string, number[]] => [name, [...data]]),
  );
const chosen = (page: Page) => page.getByTestId('project');

describe('a project', () => {
  it('is uploaded from an archive, shown as a tree, and looked into', async () => {
    const { page, expectClean } = await open(browser, server.url);
    await expect.poll(() => page.getByTestId('drop-zone').textContent()).toContain('Up to 20 MiB packed');
    const picture = Uint8Array.from(Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64'));
    const files = {
      'src/main.c': bytes('int main(void) {\n  return 0;\n}\n'),
      'src/<b>odd name.txt': bytes('<script>document.title = "pwned"</script>'),
      'dot.png': picture,
      'data.bin': new Uint8Array([0, 1, 2]),
      'empty.txt': new Uint8Array(0),
    };
    await page.getByTestId('archive-input').setInputFiles(zipFile('demo.zip', files));
    await chosen(page).getByText('demo.zip').waitFor();
    expect(await chosen(page).textContent()).toContain('5 files');
    await page.getByRole('button', { name: /^Fields/ }).click();
    const tree = page.getByRole('navigation', { name: 'Files of the project' });
    await tree.getByRole('button', { name: /main\.c/ }).click();
    await expect.poll(() => page.getByTestId('file-text').textContent()).toContain('return 0;');
    await tree.getByRole('button', { name: /odd/ }).click();
    await expect.poll(() => page.getByTestId('file-text').textContent()).toBe('<script>document.title = "pwned"</script>');
    await tree.getByRole('button', { name: /dot\.png/ }).click();
    await expect.poll(() => page.locator('img').evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(1);
    await tree.getByRole('button', { name: /data\.bin/ }).click();
    await page.getByText('This is a binary file; download it to see it.').waitFor();
    await tree.getByRole('button', { name: /empty\.txt/ }).click();
    await page.getByText('The file is empty.').waitFor();
    const saved = page.waitForEvent('download');
    await tree.getByRole('button', { name: /main\.c/ }).click();
    await page.getByRole('button', { name: 'Download' }).click();
    expect((await saved).suggestedFilename()).toBe('main.c');
    expect(await page.title()).toBe('Glovebox');
    await page.reload();
    await chosen(page).getByText('demo.zip').waitFor();
    expectClean();
  });

  it('is zipped from a folder in the browser, without what no tool needs', async () => {
    const { page, expectClean } = await open(browser, server.url);
    const source = join(folder, 'my project');
    mkdirSync(join(source, 'src', 'inner'), { recursive: true });
    mkdirSync(join(source, '.git'));
    writeFileSync(join(source, '.git', 'config'), 'x');
    writeFileSync(join(source, 'src', 'inner', 'grüße.txt'), 'hallo');
    writeFileSync(join(source, 'top.txt'), 'x'.repeat(100_000));
    await page.getByTestId('folder-input').setInputFiles(source);
    await chosen(page).getByText('my project.zip').waitFor();
    expect(await chosen(page).textContent()).toContain('2 files');
    expect(await chosen(page).textContent()).toContain('Left out: .git');
    await page.getByRole('button', { name: /^Fields/ }).click();
    await page.getByRole('button', { name: /grüße\.txt/ }).click();
    await expect.poll(() => page.getByTestId('file-text').textContent()).toBe('hallo');
    expectClean();
  });

  it.each(['/', '/runs', '/status'])('is dropped anywhere on the page %s', async (path) => {
    const { page, expectClean } = await open(browser, server.url + path);
    await page.locator('h1').waitFor();
    await drop(page, [['dropped.zip', zipSync({ 'a.txt': bytes('alpha') })]]);
    await chosen(page).getByText('dropped.zip').waitFor();
    // At any time: also with a project chosen.
    await drop(page, [['second.zip', zipSync({ 'b.txt': bytes('beta') })]]);
    await chosen(page).getByText('second.zip').waitFor();
    expectClean();
  });

  it('shows where to drop while something is dragged, and says why several archives are none', async () => {
    const { page, expectClean } = await open(browser, server.url);
    await page.locator('h1').waitFor();
    await page.evaluate(() => {
      const transfer = new DataTransfer();
      transfer.items.add(new File(['x'], 'a.txt'));
      document.querySelector('h1')?.dispatchEvent(new DragEvent('dragover', { dataTransfer: transfer, bubbles: true, cancelable: true }));
    });
    await page.getByTestId('drop-anywhere').waitFor();
    await expect.poll(() => page.getByTestId('drop-anywhere').count()).toBe(0);
    await drop(page, [['a.zip', bytes('x')], ['b.zip', bytes('y')]]);
    await expect.poll(() => page.getByRole('alert').textContent()).toContain('Drop one archive');
    expectClean();
  });

  it('is a single file, or a text that is pasted or typed', async () => {
    const { page, expectClean } = await open(browser, server.url, { permissions: ['clipboard-read', 'clipboard-write'] });
    await page.getByTestId('archive-input').setInputFiles({ name: 'one.py', mimeType: 'text/x-python', buffer: Buffer.from('import os\n') });
    await expect.poll(() => chosen(page).textContent()).toMatch(/^one\.py.*1 file.*Python 100/);
    await page.evaluate(() => navigator.clipboard.writeText('#include <stdio.h>\nint main(void) { return 0; }\n'));
    await page.keyboard.press('Control+v');
    await expect.poll(() => chosen(page).textContent()).toMatch(/^pasted\.c.*C 100/);
    // By the keyboard alone, with a name.
    await page.keyboard.press('n');
    await page.getByRole('button', { name: 'Text', exact: true }).focus();
    await page.keyboard.press('Enter');
    await expect.poll(() => page.evaluate(() => document.activeElement?.tagName)).toBe('TEXTAREA');
    await page.keyboard.type('#!/bin/sh\necho $1');
    expect(await page.getByLabel('File name').inputValue()).toBe('pasted.sh');
    await page.getByLabel('File name').fill('run.sh');
    await page.keyboard.press('Enter');
    await expect.poll(() => chosen(page).textContent()).toMatch(/^run\.sh.*Shell 100/);
    expectClean();
  });

  it('names its languages, and the tools that suit it come first', async () => {
    const { page, expectClean } = await open(browser, server.url);
    const files = { 'a.cc': bytes('x'.repeat(780)), 'b.py': bytes('y'.repeat(90)), 'CMakeLists.txt': bytes('z'.repeat(130)), 'notes.md': bytes('n'.repeat(900)) };
    await page.getByTestId('archive-input').setInputFiles(zipFile('mixed.zip', files));
    await expect.poll(() => page.getByTestId('languages').textContent()).toBe('C++ 78\u00a0%, CMake 13\u00a0%, Python 9\u00a0%');
    const groups = page.getByRole('main').locator('section[aria-label] > h2');
    expect(await groups.first().textContent()).toBe('Suit this project');
    expectClean();
  });

  it('goes on without what is too large or too much, as the user ticks', async () => {
    const { page, expectClean } = await open(browser, server.url);
    const source = join(folder, 'over');
    mkdirSync(join(source, 'data'), { recursive: true });
    mkdirSync(join(source, '.git'));
    writeFileSync(join(source, '.git', 'config'), 'x');
    writeFileSync(join(source, 'huge.bin'), Buffer.alloc(19 * 1024 * 1024));
    for (let i = 0; i < 60; i++) writeFileSync(join(source, 'data', `${i}.txt`), 'x');
    writeFileSync(join(source, 'main.c'), 'int main(void) { return 0; }\n');
    await page.getByTestId('folder-input').setInputFiles(source);
    const review = page.getByTestId('folder-review');
    await review.waitFor();
    await expect.poll(() => page.evaluate(() => document.activeElement?.id)).toBe('review-title');
    // The file over its limit is ticked; there are still too many entries.
    expect(await review.getByRole('checkbox', { name: /huge\.bin/ }).isChecked()).toBe(true);
    expect(await review.getByTestId('review-result').textContent()).toContain('the limit is 50');
    expect(await review.getByRole('button', { name: /^Go on/ }).isDisabled()).toBe(true);
    await review.getByRole('checkbox', { name: /^data\// }).focus();
    await page.keyboard.press('Space');
    await expect.poll(() => review.getByTestId('review-result').textContent()).toMatch(/^1 file, .* will be sent/);
    await review.getByRole('button', { name: 'Go on without 2 entries' }).focus();
    await page.keyboard.press('Enter');
    await chosen(page).getByText('over.zip').waitFor();
    expect(await chosen(page).textContent()).toContain('Left out: .git, data/, huge.bin');
    await expect.poll(() => page.evaluate(() => document.activeElement?.id)).toBe('chosen-project');
    expectClean();
  });

  it('shows its progress in bytes and can be cancelled', async () => {
    const { page, expectClean } = await open(browser, server.url);
    const line = await page.context().newCDPSession(page);
    await line.send('Network.emulateNetworkConditions', { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: 1_000_000 });
    const large = zipFile('large.zip', { 'noise.bin': new Uint8Array(12 * 1024 * 1024).fill(7) });
    await page.getByTestId('archive-input').setInputFiles(large);
    await expect.poll(() => page.getByTestId('sending').textContent(), { timeout: 20_000 }).toMatch(/[1-9][\d.]* [KM]iB of 12\.? ?\d? ?MiB sent/);
    await page.getByTestId('sending').getByRole('button', { name: 'Cancel' }).click();
    await expect.poll(() => page.getByTestId('sending').count()).toBe(0);
    expect(await page.getByRole('alert').count()).toBe(0);
    expect(await chosen(page).count()).toBe(0);
    expectClean(/ERR_ABORTED/);
  });

  it('is refused before it is sent if it is too large, and otherwise by the server', async () => {
    const { page, expectClean } = await open(browser, server.url);
    const sent: string[] = [];
    page.on('request', (request) => sent.push(request.url()));
    const alert = page.getByRole('alert');
    await page.getByTestId('archive-input').setInputFiles({ name: 'huge.zip', mimeType: 'application/zip', buffer: Buffer.alloc(21 * 1024 * 1024) });
    await expect.poll(() => alert.textContent()).toContain('huge.zip is 21 MiB; the limit is 20 MiB.');
    const many = join(folder, 'many');
    mkdirSync(many);
    for (let i = 0; i < 60; i++) writeFileSync(join(many, `${i}.txt`), '');
    await page.getByTestId('folder-input').setInputFiles(many);
    await expect.poll(() => alert.textContent()).toContain('60 entries; the limit is 50.');
    await page.getByTestId('folder-review').getByRole('button', { name: 'Cancel' }).click();
    expect(sent.filter((url) => url.endsWith('/api/upload'))).toEqual([]);
    await page.getByTestId('archive-input').setInputFiles({ name: 'old.7z', mimeType: 'application/x-7z-compressed', buffer: Buffer.from('377abcaf271c0004', 'hex') });
    await expect.poll(() => alert.textContent()).toMatch(/7z/);
    await page.getByTestId('archive-input').setInputFiles(zipFile('escape.zip', { '../up.txt': bytes('x') }));
    await expect.poll(() => alert.textContent()).toContain('up.txt');
    expectClean(/status of 4\d\d/);
  });

  it('is among the recent projects and can be deleted', async () => {
    const { page, expectClean } = await open(browser, server.url);
    await page.getByTestId('archive-input').setInputFiles(zipFile('one.zip', { a: bytes('1') }));
    await chosen(page).getByText('one.zip').waitFor();
    await page.getByRole('button', { name: 'Choose another' }).first().click();
    await page.getByTestId('archive-input').setInputFiles(zipFile('two.zip', { b: bytes('2') }));
    await chosen(page).getByText('two.zip').waitFor();
    await page.getByRole('button', { name: 'Choose another' }).first().click();
    await page.getByRole('button', { name: /^one\.zip/ }).click();
    await chosen(page).getByText('one.zip').waitFor();
    await page.getByRole('button', { name: 'Delete…' }).click();
    await page.getByRole('button', { name: 'Delete from the server' }).click();
    await page.getByTestId('drop-zone').waitFor();
    await page.getByRole('button', { name: /^two\.zip/ }).waitFor();
    expect(await page.getByRole('button', { name: /^one\.zip/ }).count()).toBe(0);
    expectClean();
  });
});
