// A person with a browser: person.mjs SERVER NAME. Signs in, does a few things, signs out; prints
// what it saw as one line of JSON.
import { chromium } from 'playwright-core';

const [server, name] = process.argv.slice(2);
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-dev-shm-usage'],
});
// A program without the console has a plain page, whose policy lets no script fetch anything.
const context = await browser.newContext({ bypassCSP: true });
const page = await context.newPage();
page.setDefaultTimeout(60_000);
const seen = { callback: '' };
page.on('request', (request) => {
  if (request.url().includes('/auth/callback?')) seen.callback = request.url();
});

const ask = (path, options = {}) =>
  page.evaluate(
    async ([where, init]) => {
      const response = await fetch(where, init);
      return { status: response.status, body: await response.text() };
    },
    [path, options],
  );

async function signIn(back) {
  await page.goto(`${server}/auth/sign-in?return=${encodeURIComponent(back)}`);
  if (await page.locator('input[name=login]').count()) {
    await page.fill('input[name=login]', name);
    await page.fill('input[name=password]', 'any');
    await page.click('button[type=submit]');
    await page.click('button[type=submit]'); // the consent
  }
  await page.waitForURL((url) => url.href.startsWith(server) && !url.pathname.startsWith('/auth'));
}

await page.goto(`${server}/`);
seen.before = (await ask('/api/jobs')).status;
await signIn('/status?x=1');
seen.landed = page.url();
await page.goto(`${server}/`);
seen.session = JSON.parse((await ask('/api/session')).body);
seen.jobs = (await ask('/api/jobs')).status;
seen.upload = await ask('/api/upload?name=a.txt', {
  method: 'POST',
  headers: { 'Content-Type': 'application/octet-stream' },
  body: 'int x;\n',
});
seen.cookies = (await context.cookies()).filter((cookie) => cookie.name.includes('glovebox'));
seen.scriptSees = await page.evaluate(() => document.cookie);
seen.hasConsole = (await page.locator('#root').count()) > 0;
if (seen.hasConsole) {
  await page.goto(`${server}/status`);
  seen.who = await page.locator('header [data-who]').innerText();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByRole('link', { name: 'Sign in', exact: true }).first().waitFor();
} else {
  seen.signOut = (await ask('/auth/sign-out', { method: 'POST' })).status;
}
seen.after = (await ask('/api/jobs')).status;
seen.cookiesAfter = (await context.cookies()).filter((cookie) => cookie.name.includes('glovebox')).length;
await signIn('/status');
await page.goto(`${server}/`);
seen.again = JSON.parse((await ask('/api/session')).body).name;
seen.cookie = (await context.cookies()).find((cookie) => cookie.name === 'glovebox_session').value;
console.log(JSON.stringify(seen));
await browser.close();
