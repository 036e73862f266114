// The widths and themes that each new page is tried in, and what must hold in all of them.
import axe from 'axe-core';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { expect } from 'vitest';

const widths: [string, BrowserContextOptions][] = [
  ['320 px', { viewport: { width: 320, height: 700 }, isMobile: true, hasTouch: true }],
  ['390 px', { viewport: { width: 390, height: 800 }, isMobile: true, hasTouch: true }],
  ['1280 px', { viewport: { width: 1280, height: 900 } }],
];

export const allForms: [string, BrowserContextOptions][] = (['light', 'dark'] as const).flatMap((colorScheme) =>
  widths.map(([name, options]): [string, BrowserContextOptions] => [`${colorScheme} at ${name}`, { ...options, colorScheme }]),
);

// Nothing is wider than the screen, and axe has no serious objection.
export async function expectInOrder(page: Page): Promise<void> {
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  expect(wide, 'wider than the screen').toBeLessThanOrEqual(0);
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate(() => (globalThis as unknown as { axe: typeof axe }).axe.run());
  const serious = violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html.slice(0, 160)} ${node.failureSummary ?? ''}`));
  expect(serious).toEqual([]);
}

// Moves the focus with Tab alone until it is on an element with that text or name.
export async function tabTo(page: Page, wanted: RegExp): Promise<void> {
  const seen: string[] = [];
  for (let i = 0; i < 200; i++) {
    await page.keyboard.press('Tab');
    const name = await page.evaluate(() => {
      const element = document.activeElement;
      return element?.getAttribute('aria-label') ?? element?.closest('label')?.textContent?.trim() ?? element?.textContent?.trim() ?? '';
    });
    if (wanted.test(name)) return;
    seen.push(name.slice(0, 30));
  }
  throw new Error(`Tab does not reach ${String(wanted)}: ${seen.slice(0, 60).join(' | ')}`);
}
