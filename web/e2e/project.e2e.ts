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

  it('is dropped onto the page', async () => {
    const { page, expectClean } = await open(browser, server.url);
    const content = zipSync({ 'a.txt': bytes('alpha') });
    const transfer = await page.evaluateHandle((data) => {
      const made = new DataTransfer();
      made.items.add(new File([new Uint8Array(data)], 'dropped.zip'));
      return made;
    }, [...content]);
    await page.getByTestId('drop-zone').dispatchEvent('drop', { dataTransfer: transfer });
    await chosen(page).getByText('dropped.zip').waitFor();
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
