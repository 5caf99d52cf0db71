/** Builds the dashboard to static files that `apps/api` serves below `/app/`. */
import react from '@vitejs/plugin-react';
import { defineConfig, type HtmlTagDescriptor, type Plugin, type Rolldown } from 'vite';

/** `vite dev` passes requests of the API on to an installation that runs beside it. */
const api = process.env.WAYBILL_API ?? 'http://127.0.0.1:3000';

/** What most people open first. Other pages share nearly all that it imports. */
const FIRST_PAGE = '/pages/overview/overview-page.tsx';

const linkTo = (base: string, file: string): HtmlTagDescriptor => ({
  tag: 'link',
  // Behind the entry, which is the largest file and is needed first.
  injectTo: 'head',
  attrs: {
    rel: file.endsWith('.css') ? 'stylesheet' : 'modulepreload',
    crossorigin: true,
    href: `${base}${file}`,
  },
});

/** The files of a chunk and of all that it imports at once. */
function filesOf(bundle: Rolldown.OutputBundle, name: string, seen: Set<string>): void {
  const chunk = bundle[name];
  if (chunk?.type !== 'chunk' || seen.has(name)) return;
  seen.add(name);
  for (const file of chunk.viteMetadata?.importedCss ?? []) seen.add(file);
  for (const imported of chunk.imports) filesOf(bundle, imported, seen);
}

/** The browser reads the files of the first page while it still runs the entry, and not one round trip later. */
const preloadFirstPage = (): Plugin => {
  let base = '/';
  return {
    name: 'preload-first-page',
    apply: 'build',
    configResolved(config) {
      base = config.base;
    },
    transformIndexHtml: {
      order: 'post',
      handler(html, { bundle = {} }) {
        const page = Object.values(bundle).find(
          (one) => one.type === 'chunk' && one.facadeModuleId?.endsWith(FIRST_PAGE),
        );
        if (page === undefined) throw new Error(`the build has no ${FIRST_PAGE}`);
        const files = new Set<string>();
        filesOf(bundle, page.fileName, files);
        return [...files].filter((file) => !html.includes(file)).map((file) => linkTo(base, file));
      },
    },
  };
};

export default defineConfig({
  base: '/app/',
  plugins: [react(), preloadFirstPage()],
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
