/** The few pages a recipient may see. They hold nothing that came from outside: no address, no text of the message. */

const style =
  'body{font:16px/1.5 system-ui,sans-serif;margin:15vh auto;max-width:28rem;padding:0 1rem;text-align:center;color:#222;background:#fff}button{font:inherit;padding:.6rem 1.4rem;cursor:pointer}@media (prefers-color-scheme:dark){body{background:#181818;color:#e4e4e4}}';

const page = (title: string, body: string): string =>
  `<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="robots" content="noindex"><title>${title}</title><style>${style}</style></head><body><h1>${title}</h1>${body}</body></html>\n`;

/** The form goes to the page's own address. Looking at it changes nothing: RFC 8058 §3.1 wants a POST for that. */
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
