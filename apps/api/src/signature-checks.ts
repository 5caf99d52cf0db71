/** The DKIM signatures of a message, verified as a receiver does: its bytes with the keys that are in DNS now. RFC 6376 §6. */
import { type SignatureCheckView, signatureCheck } from '@waybill/contract/sandbox';
import { type DomainDns, firstAnswer } from '@waybill/relay/domains/domain-dns';
import { headerList } from './preview.ts';

/** Each signature may cost a look-up and a hash of the whole body, and a hostile message has hundreds. RFC 6376 §6.1 allows a limit. */
const MOST_SIGNATURES = 20;
const signatureFields: ReadonlySet<string> = new Set(['dkim-signature', 'arc-message-signature', 'arc-seal']);

const hasTooMany = (bytes: Buffer): boolean =>
  headerList(bytes).filter(({ name }) => signatureFields.has(name.toLowerCase())).length > MOST_SIGNATURES;

const tooMany: SignatureCheckView = {
  domain: '',
  selector: '',
  algorithm: '',
  result: 'policy',
  detail: `more than ${MOST_SIGNATURES} signatures, of which none was verified`,
};

const failed = (code: string, why: string): Error => Object.assign(new Error(why), { code });

/** TXT records as strings; a name without a record and a server out of reach are errors with the codes of `node:dns`. */
const keysIn =
  (lookUp: DomainDns) =>
  async (name: string): Promise<string[][]> => {
    const records = firstAnswer(await lookUp.ask(name, 'TXT'));
    if (records === undefined) throw failed('ETIMEOUT', 'no name server answered');
    if (records.length === 0) throw failed('ENOTFOUND', 'there is no such record');
    return records.map((record) => [record]);
  };

const knownResult = signatureCheck.shape.result.catch('neutral');

export async function checkSignatures(bytes: Buffer, lookUp: DomainDns): Promise<SignatureCheckView[]> {
  if (hasTooMany(bytes)) return [tooMany];
  // Loaded when it is needed, because it is large and few processes need it.
  const { dkimVerify } = await import('mailauth/lib/dkim/verify.js');
  const verified = await dkimVerify(bytes, { resolver: keysIn(lookUp) });
  return verified.results
    .filter(({ signingDomain }) => Boolean(signingDomain))
    .map(({ signingDomain, selector, algo, status }) => ({
      domain: String(signingDomain),
      selector: String(selector ?? ''),
      algorithm: String(algo ?? ''),
      result: knownResult.parse(status.result),
      detail: status.result === 'pass' ? null : String(status.comment ?? status.result),
    }));
}
