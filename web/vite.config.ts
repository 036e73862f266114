import tailwindcss from '@tailwindcss/vite';
import { defineConfig } from 'vitest/config';

// The server to which `npm run dev` forwards /api.
const server = process.env['GLOVEBOX_SERVER'] ?? 'http://127.0.0.1:8080';

export default defineConfig({
  plugins: [tailwindcss()],
  esbuild: { jsx: 'automatic' },
  build: {
    target: 'es2022',
    // Separate files instead of data: URLs, which the Content-Security-Policy forbids.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
  worker: { format: 'es' },
  server: { proxy: Object.fromEntries(['/api', '/auth'].map((path) => [path, { target: server, headers: { origin: server } }])) },
  test: { include: ['src/**/*.test.{ts,tsx}'], environment: 'node' },
});
