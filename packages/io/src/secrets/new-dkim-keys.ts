/** New DKIM keys: RSA-2048 for everybody, Ed25519 beside it. Made on the thread pool; RSA takes a while. */
import { generateKeyPair, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import { dkimRecord, parseDkimRecord } from '@waybill/mail/signing/dkim-record';
import { selectorOf } from '@waybill/relay/domains/dkim-rotation';

const makePair = promisify(generateKeyPair);

export type NewKey = {
  readonly selector: string;
  readonly algorithm: 'rsa' | 'ed25519';
  readonly publicKey: string;
  /** PKCS#8. On its way to the vault, nowhere else. */
  readonly privateKeyPem: string;
};

/** Whose keys they are, and the round, which tells a rotation from the one before. */
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
