/** SPF policies, as far as their look-ups are counted. RFC 7208 §4.6. */

/** Receivers stop with `permerror` after this many. RFC 7208 §4.6.4. */
export const MAX_SPF_LOOK_UPS = 10;

/** Mechanisms and modifiers that cause a look-up. `include` and `redirect` lead to another policy. */
const lookUpTerm = /^[-+~?]?(?:(include|redirect|exists|a|mx|ptr)(?:[:=/]|$))/i;

/** Whether a TXT value is an SPF policy. RFC 7208 §4.5. */
export const isSpfRecord = (text: string): boolean => /^v=spf1(?: |$)/i.test(text);

/** The look-ups of one policy: their number, and the domains whose policies it includes. Macros are left out. RFC 7208 §7. */
export function spfLookUps(text: string): { readonly count: number; readonly domains: readonly string[] } {
  const terms = text.split(/ +/).slice(1);
  const domains = terms.flatMap((term) => {
    const [, domain] = /^[-+~?]?(?:include:|redirect=)(\S+)$/i.exec(term) ?? [];
    return domain === undefined || domain.includes('%') ? [] : [domain.toLowerCase().replace(/\.$/, '')];
  });
  return { count: terms.filter((term) => lookUpTerm.test(term)).length, domains };
}
