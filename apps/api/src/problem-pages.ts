/** A page per refusal, made from the one table. It is where `type` of a problem and the URL in an SMTP reply lead. */
import { type RefusalCode, refusalRow, refusals } from '@waybill/relay/refusal';
import { html, type Markup, page, pageHeaders } from './html.ts';
import type { App } from './world.ts';

const codes = Object.keys(refusals) as RefusalCode[];

function problemPage(code: RefusalCode): Markup {
  const { text, fix, http, smtp, status } = refusalRow(code);
  return html`<h1>${code}</h1><p>${text}.</p><h2>What to do</h2><p>${fix}</p>
<h2>How it is said</h2><table><tr><th>HTTP</th><td>${http}</td></tr><tr><th>SMTP</th><td>${smtp} ${status}</td></tr></table>
<p><a href="/problems">All of them</a></p>`;
}

const listPage = (): Markup =>
  html`<h1>Problems</h1><table><tr><th>Code</th><th>HTTP</th><th>SMTP</th><th>Meaning</th></tr>${codes.map(
    (code) => {
      const { http, smtp, status, text } = refusalRow(code);
      return html`<tr><td><a href="/problems/${code}">${code}</a></td><td>${http}</td><td>${smtp} ${status}</td><td>${text}</td></tr>`;
    },
  )}</table>`;

export function problemPages(app: App): void {
  app.get('/problems', { schema: { hide: true } }, (_request, reply) =>
    reply.headers(pageHeaders).send(page('Problems', listPage())),
  );
  app.get<{ Params: { code: string } }>('/problems/:code', { schema: { hide: true } }, (request, reply) => {
    const { code } = request.params;
    const known = codes.find((one) => one === code);
    reply.headers(pageHeaders);
    if (known === undefined)
      return reply.code(404).send(page('Unknown', html`<h1>No such problem: ${code}</h1>`));
    return reply.send(page(known, problemPage(known)));
  });
}
