/** The DKIM signatures of a message, verified as a receiver does: its bytes with the keys that are in DNS now. RFC 6376 §6. */
import type { SignatureCheckView } from '@waybill/contract/sandbox';
import { type DomainDns, firstAnswer } from '@waybill/relay/domains/domain-dns';

/** A message may name any number of signers, and each costs a look-up. Later ones are `temperror`. */
const MOST_LOOK_UPS = 20;

const failed = (code: string, why: string): Error => Object.assign(new Error(why), { code });

/** TXT records as strings; a name without a record and a server out of reach are errors with the codes of `node:dns`. */
function keysIn(lookUp: DomainDns): (name: string) => Promise<string[][]> {
  let asked = 0;
  return async (name) => {
    asked += 1;
    if (asked > MOST_LOOK_UPS) throw failed('ETIMEOUT', 'too many signatures');
    const records = firstAnswer(await lookUp.ask(name, 'TXT'));
    if (records === undefined) throw failed('ETIMEOUT', 'no name server answered');
    if (records.length === 0) throw failed('ENOTFOUND', 'there is no such record');
    return records.map((record) => [record]);
  };
}

const results: ReadonlySet<string> = new Set(['pass', 'fail', 'neutral', 'policy', 'permerror', 'temperror']);
const isResult = (result: string): result is SignatureCheckView['result'] => results.has(result);

export async function checkSignatures(bytes: Buffer, lookUp: DomainDns): Promise<SignatureCheckView[]> {
  // Loaded when it is needed, because it is large and few processes need it.
  const { dkimVerify } = await import('mailauth/lib/dkim/verify.js');
  const verified = await dkimVerify(bytes, { resolver: keysIn(lookUp) });
  return verified.results
    .filter(({ signingDomain }) => Boolean(signingDomain))
    .map(({ signingDomain, selector, algo, status }) => ({
      domain: String(signingDomain),
      selector: String(selector ?? ''),
      algorithm: String(algo ?? ''),
      result: isResult(status.result) ? status.result : 'neutral',
      detail: status.result === 'pass' ? null : String(status.comment ?? status.result),
    }));
}
