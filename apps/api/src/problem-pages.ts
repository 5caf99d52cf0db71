/** A page for each row of the refusal table. `type` of a problem and the URL in an SMTP reply link to it. */
import { type RefusalCode, refusalRow } from '@waybill/relay/refusal';
import { refusals } from '@waybill/relay/refusal-table';
import type { App } from './dependencies.ts';
import { html, type Markup, page, pageHeaders } from './html.ts';

const codes = Object.keys(refusals) as RefusalCode[];

function problemPage(code: RefusalCode): Markup {
  const { text, fix, http, smtp, status } = refusalRow(code);
  return html`<p><a href="/problems">All problems</a></p><h1><code>${code}</code></h1><p>${text}.</p><h2>What to do</h2><p>${fix}</p>
<h2>How it is said</h2><dl><dt>Over HTTP</dt><dd>status ${http}, with <code>"code": "${code}"</code> in the problem document</dd><dt>Over SMTP</dt><dd><code>${smtp} ${status}</code></dd></dl>`;
}

const listPage = (): Markup =>
  html`<h1>Problems</h1><p class="soft">Every way to say no, in SMTP replies and HTTP answers alike.</p><table><thead><tr><th>Code</th><th>Meaning</th><th class="wide">HTTP</th><th class="wide">SMTP</th></tr></thead><tbody>${codes.map(
    (code) => {
      const { http, smtp, status, text } = refusalRow(code);
      return html`<tr><td><a href="/problems/${code}">${code}</a></td><td>${text}</td><td class="wide tight">${http}</td><td class="wide tight">${smtp} ${status}</td></tr>`;
    },
  )}</tbody></table>`;

export function problemPages(app: App): void {
  app.get('/problems', { schema: { hide: true } }, (_request, reply) =>
    reply.headers(pageHeaders).send(page('Problems', listPage())),
  );
  app.get<{ Params: { code: string } }>('/problems/:code', { schema: { hide: true } }, (request, reply) => {
    const { code } = request.params;
    const known = codes.find((one) => one === code);
    reply.headers(pageHeaders);
    if (known === undefined)
      return reply
        .code(404)
        .send(
          page('Unknown', html`<h1>No such problem: ${code}</h1><p><a href="/problems">All problems</a></p>`),
        );
    return reply.send(page(known, problemPage(known)));
  });
}
