/** How a recipient says stop from the mail program itself. RFC 2369 §3.2, one click RFC 8058. */

/** Where a recipient can unsubscribe. RFC 2369 §3.2, RFC 8058. */
export type UnsubscribeTargets = {
  /** An https URL that unsubscribes by POST and only by POST. RFC 8058 §3.2: it carries all that is needed to know whom. */
  readonly url: string;
  /** An address that does the same for mail. */
  readonly mailto?: string;
};

/** The value of `List-Unsubscribe-Post`, and the body that a mail program then posts. RFC 8058 §3.1, §8.1. */
export const oneClick = 'List-Unsubscribe=One-Click';

const inBrackets = (uri: string, scheme: RegExp): string => {
  if (!scheme.test(uri) || /[^!-~]|[<>,]/.test(uri)) throw new Error('Not a URI for List-Unsubscribe');
  return `<${uri}>`;
};

/** The value of `List-Unsubscribe`, folded between the two. RFC 8058 §3.1 asks for exactly one https URL. */
export function formatListUnsubscribe({ url, mailto }: UnsubscribeTargets): string {
  const https = inBrackets(url, /^https:\/\//);
  return mailto === undefined ? https : `${https},\r\n ${inBrackets(`mailto:${mailto}`, /^mailto:[^?]+@/)}`;
}
