// Debian's Chromium, and pages that record errors.
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';
import { expect } from 'vitest';

export const launch = (): Promise<Browser> =>
  chromium.launch({
    executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
    // In containers and as root Chromium has no sandbox of its own; these pages are ours.
    args: ['--no-sandbox', '--disable-dev-shm-usage'],
  });

export interface WatchedPage {
  page: Page;
  // Nothing was logged as an error, thrown, or refused by the policy, except what is listed.
  expectClean: (except?: RegExp) => void;
}

export async function open(browser: Browser, url: string, options: BrowserContextOptions = {}): Promise<WatchedPage> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  const problems: string[] = [];
  page.on('pageerror', (error) => problems.push(`thrown: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error' || message.text().startsWith('policy:')) problems.push(message.text());
  });
  await page.addInitScript(() => {
    addEventListener('securitypolicyviolation', (event) =>
      console.log(`policy: ${event.effectiveDirective} ${event.blockedURI} ${event.sample}`),
    );
  });
  await page.goto(url);
  return {
    page,
    expectClean: (except) => expect(problems.filter((problem) => !except?.test(problem))).toEqual([]),
  };
}

// The rows of the log that are on the screen, as text.
export const shownRows = (page: Page): Promise<string[]> =>
  page.locator('.log-row').evaluateAll((rows) => {
    const box = rows[0]?.closest('.log-box')?.getBoundingClientRect();
    return rows
      .filter((row) => box && row.getBoundingClientRect().bottom > box.top + 1 && row.getBoundingClientRect().top < box.bottom - 1)
      .map((row) => (row.querySelector('.log-text')?.textContent ?? '').trimEnd());
  });

export async function untilShown(page: Page, text: string): Promise<void> {
  await expect.poll(async () => (await shownRows(page)).join('\n'), { timeout: 20_000 }).toContain(text);
}

export async function untilEnded(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Run again', exact: true }).waitFor();
}

// With the keyboard, when nothing is missing.
export async function startByKey(page: Page): Promise<void> {
  await expect.poll(() => page.locator('#run-note').textContent()).toContain('Shortcut: Ctrl Enter');
  await page.keyboard.press('Control+Enter');
}
