/** New DKIM keys: RSA-2048, which all receivers verify, and Ed25519. Made on the thread pool, because RSA takes long. */
import { generateKeyPair, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import { dkimRecord, parseDkimRecord } from '@waybill/mail/signing/dkim-record';
import { selectorOf } from '@waybill/relay/domains/dkim-rotation';

const makePair = promisify(generateKeyPair);

export type NewKey = {
  readonly selector: string;
  readonly algorithm: 'rsa' | 'ed25519';
  readonly publicKey: string;
  /** PKCS#8. Must be encrypted before it is stored. */
  readonly privateKeyPem: string;
};

/** The account and domain of the keys, and the number of the rotation, which makes the selectors differ. */
type Purpose = Pick<Parameters<typeof selectorOf>[0], 'accountId' | 'domain' | 'round'>;

function finished(
  pair: { readonly publicKey: KeyObject; readonly privateKey: KeyObject },
  algorithm: NewKey['algorithm'],
  purpose: Purpose,
): NewKey {
  const publicKey = parseDkimRecord(dkimRecord(pair.publicKey, algorithm))?.publicKey ?? '';
  return {
    selector: selectorOf({ ...purpose, algorithm, publicKey }),
    algorithm,
    publicKey,
    privateKeyPem: pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

export async function makeDkimKeys(purpose: Purpose): Promise<readonly [NewKey, NewKey]> {
  const [rsa, ed25519] = await Promise.all([makePair('rsa', { modulusLength: 2048 }), makePair('ed25519')]);
  return [finished(rsa, 'rsa', purpose), finished(ed25519, 'ed25519', purpose)];
}
