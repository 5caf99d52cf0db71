/**
 * What receivers make of a message: its signatures, which the API verified, and what header and envelope offer to the other checks. SPF
 * is about the address that connects, which mail of the sandbox does not have, so only its name is compared.
 */
import type { SandboxMessageDetailView, SignatureCheckView } from '../../api/views.ts';
import { receiverText as text } from '../../text/sandbox.ts';
import type { Tone } from '../../ui/status-mark.tsx';

export type ReceiverCheck = { readonly name: string; readonly tone: Tone; readonly sentence: string };
type Received = Pick<SandboxMessageDetailView, 'from' | 'mail_from' | 'headers'>;

const domainOf = (address: string): string => /@([^@>\s]+)>?\s*$/.exec(address)?.[1]?.toLowerCase() ?? '';

const valuesOf = ({ headers }: Received, wanted: string): readonly string[] =>
  headers.filter(({ name }) => name.toLowerCase() === wanted).map(({ value }) => value);

/** Relaxed alignment, where one domain is the other or lies below it. RFC 9989 §4.4. */
const isAligned = (one: string, other: string): boolean =>
  one !== '' && other !== '' && (one === other || one.endsWith(`.${other}`) || other.endsWith(`.${one}`));

const isPass = ({ result }: SignatureCheckView): boolean => result === 'pass';
const nameOf = ({ domain, selector }: SignatureCheckView): string => `${domain} (${selector})`;
/** Without a domain it is about all signatures. */
const whyNot = (one: SignatureCheckView): string =>
  `${one.domain === '' ? '' : `${nameOf(one)}: `}${one.detail ?? one.result}`;

/** One signature that holds is enough, and one of the domain of From counts for DMARC. RFC 6376 §6.3. */
function dkimCheck(signatures: readonly SignatureCheckView[], from: string): ReceiverCheck {
  const name = 'DKIM';
  if (signatures.length === 0) return { name, tone: 'bad', sentence: text.unsigned };
  const holding = signatures.filter(isPass);
  const broken = signatures.filter((one) => !isPass(one)).map(whyNot);
  if (holding.length === 0) return { name, tone: 'bad', sentence: text.broken(broken.join('; ')) };
  const signers = holding.map(nameOf).join(', ');
  const isOwn = holding.some(({ domain }) => isAligned(domain.toLowerCase(), from));
  const sentence = isOwn ? text.signed(signers) : text.signedByOther(signers, from);
  if (broken.length > 0)
    return { name, tone: 'busy', sentence: `${sentence} ${text.broken(broken.join('; '))}` };
  return { name, tone: isOwn ? 'good' : 'busy', sentence };
}

function spfCheck(host: string, from: string): ReceiverCheck {
  const name = 'SPF';
  if (host === '') return { name, tone: 'calm', sentence: text.nullPath };
  return isAligned(host, from)
    ? { name, tone: 'calm', sentence: text.ownPath(host) }
    : { name, tone: 'busy', sentence: text.otherPath(host, from) };
}

function dmarcCheck(isSigned: boolean, host: string, from: string): ReceiverCheck {
  const name = 'DMARC';
  if (isSigned) return { name, tone: 'good', sentence: text.aligned(from) };
  return isAligned(host, from)
    ? { name, tone: 'busy', sentence: text.onlyBySpf(from) }
    : { name, tone: 'bad', sentence: text.notAligned(from) };
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

/** `signatures` is undefined while they are verified, and null when that failed. */
export function receiverChecksOf(
  received: Received,
  signatures: readonly SignatureCheckView[] | null | undefined,
): readonly ReceiverCheck[] {
  const from = domainOf(received.from ?? '');
  const host = domainOf(received.mail_from);
  const spf = spfCheck(host, from);
  const unsubscribe = unsubscribeCheck(received);
  if (signatures === null || signatures === undefined) {
    const sentence = signatures === null ? text.unchecked : text.checking;
    const waiting = (name: string): ReceiverCheck => ({ name, tone: 'calm', sentence });
    return [waiting('DKIM'), spf, waiting('DMARC'), unsubscribe];
  }
  const isSigned = signatures.some((one) => isPass(one) && isAligned(one.domain.toLowerCase(), from));
  return [dkimCheck(signatures, from), spf, dmarcCheck(isSigned, host, from), unsubscribe];
}
