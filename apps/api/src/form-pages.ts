/** Plain pages with a form and without a script. Opening one changes nothing, because mail scanners open links; only its button does. */
import type { FastifyReply } from 'fastify';
import type { App } from './dependencies.ts';
import { html, type Markup, page, pageHeaders } from './html.ts';

const headers = {
  ...pageHeaders,
  'content-security-policy': `${pageHeaders['content-security-policy']}`.replace(
    "form-action 'none'",
    "form-action 'self'",
  ),
  // With no-referrer a browser names no Origin in a form that it sends, and the page refuses its own form. Fetch §3.3.
  'referrer-policy': 'same-origin',
};

export const sendPage = (reply: FastifyReply, title: string, body: Markup): FastifyReply =>
  reply.headers(headers).send(page(title, html`<h1>${title}</h1>${body}`));

/** The fields of a form, each once. RFC 1866 §8.2.1. */
export type FormBody = Readonly<Record<string, string>>;

const MAX_FORM_BYTES = 10_000;

export function addFormParser(scope: App): void {
  scope.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string', bodyLimit: MAX_FORM_BYTES },
    (_request, body, done) => done(null, Object.fromEntries(new URLSearchParams(String(body)))),
  );
}
