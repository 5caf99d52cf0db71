/** New DKIM keys: RSA-2048 for everybody, Ed25519 beside it. Made on the thread pool; RSA takes a while. */
import { generateKeyPair, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import { dkimRecord, parseDkimRecord } from '@waybill/mail/dkim-record';

const makePair = promisify(generateKeyPair);

export type NewKey = {
  readonly selector: string;
  readonly algorithm: 'rsa' | 'ed25519';
  readonly publicKey: string;
  /** PKCS#8. On its way to the vault, nowhere else. */
  readonly privateKeyPem: string;
};

const finished = (
  pair: { readonly publicKey: KeyObject; readonly privateKey: KeyObject },
  algorithm: NewKey['algorithm'],
  selector: string,
): NewKey => ({
  selector,
  algorithm,
  publicKey: parseDkimRecord(dkimRecord(pair.publicKey, algorithm))?.publicKey ?? '',
  privateKeyPem: pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
});

/** `w2026a` and `w2026a-ed`: the round tells a rotation from the one before. */
export async function makeDkimKeys(round: string): Promise<readonly [NewKey, NewKey]> {
  const [rsa, ed25519] = await Promise.all([makePair('rsa', { modulusLength: 2048 }), makePair('ed25519')]);
  return [finished(rsa, 'rsa', round), finished(ed25519, 'ed25519', `${round}-ed`)];
}
