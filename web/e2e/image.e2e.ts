// A tool that runs in an image: its card and its runs say which.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launch, open, untilEnded, untilShown } from './browser';
import { TestServer } from './server';

const run = (program: string, ...flags: string[]): string => execFileSync(program, flags, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

function installed(program: string): boolean {
  try {
    run(program, '--version');
    return true;
  } catch {
    return false;
  }
}

const manifest = (id: string, image: string): string =>
  `id = "${id}"\nname = "${id}"\ndescription = "d"\ncategory = "Images"\ninputs = ["*"]\ncommand = ["hello"]\nimage = "${image}"\n`;

// Pulls an image with one static program; its digest.
function pullImage(folder: string): string {
  const layout = `${folder}/layout:it`;
  mkdirSync(join(folder, 'root', 'bin'), { recursive: true });
  writeFileSync(join(folder, 'hello.c'), '#include <stdio.h>\nint main() { puts("said in the image"); }\n');
  run('cc', '-static', '-o', join(folder, 'root/bin/hello'), join(folder, 'hello.c'));
  run('umoci', 'init', '--layout', join(folder, 'layout'));
  run('umoci', 'new', '--image', layout);
  run('umoci', 'insert', '--rootless', '--image', layout, join(folder, 'root'), '/');
  return run(process.env['GLOVEBOX_BINARY'] ?? '', 'image', 'pull', `oci:${layout}`, '--name', 'my-tools', '--images-dir', join(folder, 'images')).trim();
}

describe.skipIf(!['skopeo', 'umoci', 'cc'].every(installed))('a tool in an image', () => {
  const folder = mkdtempSync(join(tmpdir(), 'glovebox-web-image-'));
  let digest: string;
  let server: TestServer;
  let browser: Browser;
  beforeAll(async () => {
    digest = pullImage(folder);
    mkdirSync(join(folder, 'tools'));
    writeFileSync(join(folder, 'tools', 'hello.toml'), manifest('hello', 'my-tools'));
    writeFileSync(join(folder, 'tools', 'absent.toml'), manifest('absent', 'not-pulled'));
    server = await TestServer.start({ 'images-dir': join(folder, 'images'), 'tools-dir': join(folder, 'tools') });
    browser = await launch();
  }, 120_000);
  afterAll(async () => {
    await browser.close();
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('names the image and its digest on the card of the tool, and why it is not there', async () => {
    const { page, expectClean } = await open(browser, server.url);
    const card = page.getByRole('button', { name: /^hello/ });
    await expect.poll(() => card.textContent()).toContain(`image my-tools, ${digest.slice(0, 19)}`);
    expect(await card.getByTitle(digest).count()).toBe(1);
    await page.getByTestId('closed-tools').locator('summary').click();
    const absent = page.getByRole('button', { name: /^absent/ });
    await expect.poll(() => absent.textContent()).toContain('the image "not-pulled" is not on this machine');
    expect(await absent.textContent()).not.toContain('sha256:');
    expectClean();
  });

  it('names them on the run, also after a restart of the server', async () => {
    const fields = { toolId: 'hello', projectId: await server.project(), stream: true };
    const { jobId } = await server.call<{ jobId: string }>('POST', '/api/execute', fields);
    await server.ended(jobId);
    await server.kill();
    await server.run();
    const { page, expectClean } = await open(browser, `${server.url}/runs/${jobId}`);
    await untilEnded(page);
    await untilShown(page, 'said in the image');
    const named = page.getByTitle(digest);
    await expect.poll(() => named.textContent()).toContain(`image oci:${folder}/layout:it, ${digest.slice(0, 19)}`);
    expectClean();
  });
});
