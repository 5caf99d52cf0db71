/** Builds the dashboard to static files that `apps/api` serves below `/app/`. */
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** `vite dev` passes requests of the API on to an installation that runs beside it. */
const api = process.env.WAYBILL_API ?? 'http://127.0.0.1:3000';

export default defineConfig({
  base: '/app/',
  plugins: [react()],
  build: {
    target: 'es2023',
    manifest: true,
    // The content security policy allows no data: URL for scripts and fonts.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
  server: { proxy: { '/v1': api } },
});
