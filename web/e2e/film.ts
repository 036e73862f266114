// Records the main flow as an animated picture, GLOVEBOX_FILM (a .webp file): see docs/make-film.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { launch, open, startByKey, untilEnded } from './browser';
import { TestServer } from './server';

const film = process.env['GLOVEBOX_FILM'] ?? 'console.webp';
// A reader needs time for the last picture before the film begins again.
const lastFrameMs = 3000;
const mostFrames = 200;
const frames = mkdtempSync(join(tmpdir(), 'glovebox-film-'));
let server: TestServer;
let browser: Browser;
beforeAll(async () => {
  server = await TestServer.start({ shipped: 1 });
  browser = await launch();
});
afterAll(async () => {
  await browser.close();
  await server.stop();
  rmSync(frames, { recursive: true });
});

interface Frame {
  path: string;
  at: number;
}

// Takes pictures, one after the other, until the steps are done.
async function record(page: Page, steps: () => Promise<void>): Promise<Frame[]> {
  const taken: Frame[] = [];
  let done = false;
  const take = async (): Promise<void> => {
    while (!done && taken.length < mostFrames) {
      const path = join(frames, `${String(taken.length).padStart(4, '0')}.png`);
      await page.screenshot({ path });
      taken.push({ path, at: Date.now() });
      await page.waitForTimeout(80);
    }
  };
  const taking = take();
  try {
    await steps();
  } finally {
    done = true;
    await taking;
  }
  return taken;
}

function write(taken: Frame[]): void {
  const pictures = taken.flatMap(({ path, at }, index) => {
    const next = taken[index + 1];
    return ['-d', String(next ? Math.min(next.at - at, lastFrameMs) : lastFrameMs), path];
  });
  execFileSync('img2webp', ['-loop', '0', '-lossy', '-q', '60', '-m', '4', ...pictures, '-o', film]);
}

it('films a project, a tool and its findings', { timeout: 180_000 }, async () => {
  const { page } = await open(browser, server.url, { colorScheme: 'light', viewport: { width: 1000, height: 640 } });
  page.setDefaultTimeout(60_000);
  await page.getByRole('button', { name: /^Cppcheck/ }).waitFor();
  const taken = await record(page, async () => {
    await page.waitForTimeout(1000);
    await page.getByRole('button', { name: 'All examples' }).click();
    await page.waitForTimeout(700);
    await page.getByRole('button', { name: /^Classic mistakes in C/ }).click();
    await page.getByLabel('Checks').selectOption('all');
    await page.waitForTimeout(700);
    await startByKey(page);
    await untilEnded(page);
    await page.waitForTimeout(1500);
  });
  expect(taken.length).toBeGreaterThan(10);
  write(taken);
});
