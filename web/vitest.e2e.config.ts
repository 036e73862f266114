import { defineConfig } from 'vitest/config';

// The page in Debian's Chromium against the real program: GLOVEBOX_BINARY names it. One file after
// the other, since each has a server and a browser of its own.
export default defineConfig({
  test: {
    include: process.env['GLOVEBOX_PICTURES'] ? ['e2e/pictures.ts'] : ['e2e/**/*.e2e.ts'],
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 20_000 } },
    pool: 'forks',
  },
});
