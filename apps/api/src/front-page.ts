/** `/`: links to the documentation and to the sandbox. */

import type { App, Dependencies } from './dependencies.ts';
import { html, page, pageHeaders } from './html.ts';

const forDevelopment = html`<p>This is <code>waybill dev</code>: no mail leaves this machine. The page with what recipients got is the link behind <b>Sandbox</b> in the terminal where it was started; each printed line has a link to its message.</p>`;

export function frontPage(app: App, { isDevelopment }: Dependencies): void {
  app.get('/', { schema: { hide: true } }, (_request, reply) =>
    reply.headers(pageHeaders).send(
      page(
        'Waybill',
        html`<h1>Waybill</h1><p>An email relay. This is its HTTP API; there is nothing to log in to here.</p>${isDevelopment ? forDevelopment : html``}<ul>
<li><a href="/docs/">/docs</a>: every request, with examples. Send a message: <code>POST /v1/messages</code></li>
<li><a href="/openapi.json">/openapi.json</a>: the same as OpenAPI</li>
<li><a href="/problems">/problems</a>: every refusal, over HTTP and SMTP, and what to do</li>
<li><a href="/readyz">/readyz</a>: whether it works</li></ul>`,
      ),
    ),
  );
}
