/** Plain HTML pages of this process. Every value in a page goes through `html`, which escapes it. docs/reliability.md S15. */

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '`': '&#96;',
};

export const escapeHtml = (text: string): string =>
  text.replace(/[&<>"'`]/g, (letter) => entities[letter] ?? '');

/** Safe markup. Only `html` makes it. */
export class Markup {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

type Value = string | number | undefined | Markup | readonly Markup[];

const written = (value: Value): string => {
  if (value instanceof Markup) return value.text;
  if (Array.isArray(value)) return value.map((one: Markup) => one.text).join('');
  return escapeHtml(String(value ?? ''));
};

/** html`<p>${subject}</p>`: strings are escaped, `Markup` is not escaped again. */
export const html = (parts: TemplateStringsArray, ...values: readonly Value[]): Markup =>
  new Markup(
    parts.map((part, index) => part + (index < values.length ? written(values[index]) : '')).join(''),
  );

const style = `:root{color-scheme:light dark;--ink:#1d2127;--soft:#5c6470;--line:#dfe3e8;--paper:#fff;--shade:#f5f6f8;--link:#0a4fa8}
@media (prefers-color-scheme:dark){:root{--ink:#e6e8eb;--soft:#a3abb6;--line:#3a3f47;--paper:#16181c;--shade:#22262c;--link:#8ab8ff}}
*{box-sizing:border-box}
body{font:15px/1.55 system-ui,sans-serif;margin:0;color:var(--ink);background:var(--paper)}
main{max-width:60rem;margin:0 auto;padding:1.5rem 1rem 4rem}
h1{font-size:1.4rem;line-height:1.3;margin:.5rem 0 1rem;overflow-wrap:anywhere}
h2{font-size:1.05rem;margin:2.2rem 0 .6rem}
a{color:var(--link)}a:focus-visible,summary:focus-visible{outline:2px solid var(--link);outline-offset:2px}
.soft{color:var(--soft)}
table{border-collapse:collapse;width:100%}
td,th{border-bottom:1px solid var(--line);padding:.4rem .8rem .4rem 0;text-align:left;vertical-align:top}
th{white-space:nowrap;font-weight:600}td{overflow-wrap:anywhere}.tight{white-space:nowrap}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.3rem 1.2rem;margin:0}
dt{color:var(--soft)}dd{margin:0;min-width:0;overflow-wrap:anywhere}
ul,ol{list-style:none;margin:0;padding:0}
pre,.box{background:var(--shade);border-radius:6px;padding:.8rem 1rem;margin:0;overflow:auto;white-space:pre-wrap;overflow-wrap:anywhere}
code{background:var(--shade);border-radius:3px;padding:.05rem .3rem;overflow-wrap:anywhere}
summary{cursor:pointer;font-weight:600;margin:2.2rem 0 .8rem}
input{font:inherit;padding:.35rem .5rem;width:100%;max-width:24rem}button{font:inherit;padding:.35rem .9rem;cursor:pointer}
@media (max-width:40rem){dl{grid-template-columns:1fr;gap:0}dd{margin-bottom:.6rem}.wide{display:none}}`;

export const page = (title: string, body: Markup): string =>
  `<!doctype html>\n${
    html`<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${title}</title><style>${new Markup(style)}</style></head><body><main>${body}</main></body></html>`
      .text
  }\n`;

/** No script, no connection, no remote image; inline styles of ours only. */
export const pageHeaders: Readonly<Record<string, string>> = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy':
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'cache-control': 'no-store',
  'x-robots-tag': 'noindex, nofollow',
  'referrer-policy': 'no-referrer',
};
