import tailwindcss from '@tailwindcss/vite';
import { defineConfig } from 'vitest/config';

// The server that `npm run dev` passes /api on to.
const server = process.env['GLOVEBOX_SERVER'] ?? 'http://127.0.0.1:8080';

export default defineConfig({
  plugins: [tailwindcss()],
  esbuild: { jsx: 'automatic' },
  build: {
    target: 'es2022',
    // Files of their own, never data: URLs, which the Content-Security-Policy refuses.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
  worker: { format: 'es' },
  server: { proxy: { '/api': { target: server, headers: { origin: server } } } },
  test: { include: ['src/**/*.test.{ts,tsx}'], environment: 'node' },
});
