import { defineConfig } from 'vitest/config';

// The page in Debian's Chromium with the real program, named by GLOVEBOX_BINARY. One file after the other,
// because each has its own server and browser.
export default defineConfig({
  test: {
    include: process.env['GLOVEBOX_FILM']
      ? ['e2e/film.ts']
      : process.env['GLOVEBOX_PICTURES']
        ? ['e2e/pictures.ts']
        : ['e2e/**/*.e2e.ts'],
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 20_000 } },
    pool: 'forks',
  },
});
