/** The pages for recipients. They hold no text from outside: no address, no text of the message. */

const style =
  ':root{color-scheme:light dark}*{box-sizing:border-box}body{font:16px/1.5 system-ui,sans-serif;margin:0;min-height:100vh;display:grid;place-items:center;padding:1rem;text-align:center;color:#1d2127;background:#f5f6f8}main{width:100%;max-width:26rem;padding:2rem 1.5rem;border:1px solid #dfe3e8;border-radius:12px;background:#fff}h1{font-size:1.4rem;margin:0 0 .5rem}p{margin:.5rem 0 1.2rem}p:last-child{margin-bottom:0}button{font:inherit;font-weight:600;padding:.7rem 1.6rem;border:0;border-radius:8px;color:#fff;background:#0a4fa8;cursor:pointer}button:hover{background:#083d82}button:focus-visible{outline:3px solid #8ab8ff;outline-offset:2px}@media (prefers-color-scheme:dark){body{color:#e6e8eb;background:#101215}main{background:#1b1e23;border-color:#3a3f47}button{color:#101215;background:#8ab8ff}button:hover{background:#b0d0ff}}';

const page = (title: string, body: string): string =>
  `<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex"><title>${title}</title><style>${style}</style></head><body><main><h1>${title}</h1>${body}</main></body></html>\n`;

/** The form posts to its own URL. A GET changes nothing: RFC 8058 §3.1 requires a POST. */
export const askPage = page(
  'Unsubscribe',
  '<p>Stop receiving these messages?</p><form method="post"><input type="hidden" name="confirm" value="yes"><button type="submit">Unsubscribe</button></form>',
);
export const donePage = page('Unsubscribed', '<p>You will not receive these messages any more.</p>');
export const laterPage = page(
  'Please try again',
  '<p>This could not be saved just now. Please try again in a minute.</p>',
);
export const notFoundPage = page('Not found', '<p>There is nothing at this address.</p>');

export const pageHeaders: Readonly<Record<string, string>> = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy':
    "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
};

/** The smallest transparent GIF. */
export const pixel = Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64');
