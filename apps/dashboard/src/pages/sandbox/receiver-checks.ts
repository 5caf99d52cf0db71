/** What the header and the envelope of a received message offer to the checks of receivers. It looks nothing up in DNS. */
import type { SandboxMessageDetailView } from '../../api/views.ts';
import { receiverText as text } from '../../text/sandbox.ts';
import type { Tone } from '../../ui/status-mark.tsx';

export type ReceiverCheck = { readonly name: string; readonly tone: Tone; readonly sentence: string };
type Received = Pick<SandboxMessageDetailView, 'from' | 'mail_from' | 'headers'>;

const domainOf = (address: string): string => /@([^@>\s]+)>?\s*$/.exec(address)?.[1]?.toLowerCase() ?? '';

const valuesOf = ({ headers }: Received, wanted: string): readonly string[] =>
  headers.filter(({ name }) => name.toLowerCase() === wanted).map(({ value }) => value);

/** `d=acme.test; s=w1` as a map. Whitespace inside a value means nothing. RFC 6376 §3.2. */
const tagsOf = (value: string): ReadonlyMap<string, string> =>
  new Map(
    value.split(';').map((tag): [string, string] => {
      const at = tag.indexOf('=');
      return [tag.slice(0, at).trim(), tag.slice(at + 1).replaceAll(/\s/g, '')];
    }),
  );

/** Relaxed alignment, where one domain is the other or lies below it. RFC 9989 §4.4. */
const isAligned = (one: string, other: string): boolean =>
  one !== '' && other !== '' && (one === other || one.endsWith(`.${other}`) || other.endsWith(`.${one}`));

function dkimCheck(signatures: readonly ReadonlyMap<string, string>[], from: string): ReceiverCheck {
  const name = 'DKIM';
  if (signatures.length === 0) return { name, tone: 'bad', sentence: text.unsigned };
  const signers = signatures.map((tags) => `${tags.get('d')} (${tags.get('s')})`).join(', ');
  const isOwn = signatures.some((tags) => isAligned(tags.get('d')?.toLowerCase() ?? '', from));
  return isOwn
    ? { name, tone: 'good', sentence: text.signed(signers) }
    : { name, tone: 'busy', sentence: text.signedByOther(signers, from) };
}

function spfCheck(host: string, from: string): ReceiverCheck {
  const name = 'SPF';
  if (host === '') return { name, tone: 'calm', sentence: text.nullPath };
  return isAligned(host, from)
    ? { name, tone: 'good', sentence: text.ownPath(host) }
    : { name, tone: 'busy', sentence: text.otherPath(host, from) };
}

function dmarcCheck(dkim: ReceiverCheck, spf: ReceiverCheck, from: string): ReceiverCheck {
  const name = 'DMARC';
  const by = [dkim, spf].filter(({ tone }) => tone === 'good').map((check) => check.name);
  return by.length === 0
    ? { name, tone: 'bad', sentence: text.notAligned(from) }
    : { name, tone: 'good', sentence: text.aligned(from, by) };
}

/** One click takes an https URL and a field that allows it. RFC 8058 §3.1. */
function unsubscribeCheck(received: Received): ReceiverCheck {
  const name = 'List-Unsubscribe';
  const [target] = valuesOf(received, 'list-unsubscribe');
  if (target === undefined) return { name, tone: 'calm', sentence: text.noUnsubscribe };
  const isOneClick =
    /<https:/i.test(target) &&
    valuesOf(received, 'list-unsubscribe-post').some((value) => /List-Unsubscribe=One-Click/i.test(value));
  return isOneClick
    ? { name, tone: 'good', sentence: text.oneClick }
    : { name, tone: 'busy', sentence: text.linkOnly };
}

export function receiverChecksOf(received: Received): readonly ReceiverCheck[] {
  const from = domainOf(received.from ?? '');
  const dkim = dkimCheck(valuesOf(received, 'dkim-signature').map(tagsOf), from);
  const spf = spfCheck(domainOf(received.mail_from), from);
  return [dkim, spf, dmarcCheck(dkim, spf, from), unsubscribeCheck(received)];
}
