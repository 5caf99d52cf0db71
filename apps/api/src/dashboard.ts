/** The dashboard below `/app/`: static files that `npm ci` builds. Every path of a page answers the same document. ADR 41. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fastifyStatic from '@fastify/static';
import { Refusal } from '@waybill/relay/refusal';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { App } from './dependencies.ts';
import { html, page, pageHeaders } from './html.ts';

const folder = fileURLToPath(new URL('../../dashboard/dist/', import.meta.url));

/**
 * Scripts and styles of this origin only. Mantine writes style elements, so inline styles are allowed, inline scripts are not. The
 * preview of a mail is a frame that inherits this policy, so that it loads no remote image.
 */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "frame-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** The names of files in `assets/` hold a hash of their content. */
function setHeaders(reply: FastifyReply, path: string): void {
  const isHashed = path.includes('/assets/');
  reply.header('cache-control', isHashed ? 'public, max-age=31536000, immutable' : 'no-cache');
}

const notBuilt = (reply: FastifyReply): FastifyReply =>
  reply
    .code(503)
    .headers(pageHeaders)
    .send(
      page(
        'Not built',
        html`<h1>The dashboard is not built</h1><p><code>npm ci</code> builds it, and so does <code>npm run build</code>. The HTTP API works without it.</p>`,
      ),
    );

function builtPages(scope: App): void {
  scope.addHook('onRequest', async (_request, reply) => {
    reply.header('content-security-policy', policy);
    reply.header('referrer-policy', 'no-referrer');
  });
  void scope.register(fastifyStatic, {
    root: folder,
    preCompressed: true,
    cacheControl: false,
    dotfiles: 'ignore',
    redirect: false,
    schemaHide: true,
    setHeaders,
  });
  scope.setNotFoundHandler((request, reply) => {
    if (!isPage(request)) throw new Refusal('no_such_endpoint');
    return reply.sendFile('index.html');
  });
}

/** A page of the dashboard has no file of its own: its router reads the path. */
const isPage = ({ method, url }: FastifyRequest): boolean =>
  (method === 'GET' || method === 'HEAD') && !url.startsWith('/app/assets/');

export function dashboardPages(app: App): void {
  for (const url of ['/', '/app'])
    app.get(url, { schema: { hide: true } }, (_request, reply) => reply.redirect('/app/', 302));
  if (!existsSync(`${folder}index.html`)) {
    for (const url of ['/app/', '/app/*'])
      app.get(url, { schema: { hide: true } }, (_request, reply) => notBuilt(reply));
    return;
  }
  void app.register(
    (instance, _options, done) => {
      builtPages(instance as unknown as App);
      done();
    },
    { prefix: '/app' },
  );
}
