/** DKIM keys: new ones, and those that an owner brings. Made on the thread pool, because RSA takes long. */
import { createPrivateKey, createPublicKey, generateKeyPair, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import { dkimRecord, parseDkimRecord } from '@waybill/mail/signing/dkim-record';
import type { BareKey } from '@waybill/relay/management/domains';

const makePair = promisify(generateKeyPair);

const keyOf = (privateKey: KeyObject, algorithm: BareKey['algorithm']): BareKey => ({
  algorithm,
  publicKey: parseDkimRecord(dkimRecord(createPublicKey(privateKey), algorithm))?.publicKey ?? '',
  privateKeyPem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
});

/** RSA-2048, which all receivers verify, and Ed25519. */
export async function makeDkimKeys(): Promise<readonly BareKey[]> {
  const [rsa, ed25519] = await Promise.all([makePair('rsa', { modulusLength: 2048 }), makePair('ed25519')]);
  return [keyOf(rsa.privateKey, 'rsa'), keyOf(ed25519.privateKey, 'ed25519')];
}

/**
 * Bits of an RSA key. Verifiers need not accept less than 1024 or more than 4096 (RFC 8301 §3.2). Keys under 2048 are refused: many
 * receivers treat them as weak, and new keys cost nothing.
 */
const RSA_BITS = { least: 2048, most: 4096 } as const;

function rsaProblem({ asymmetricKeyDetails }: KeyObject): string | undefined {
  const bits = asymmetricKeyDetails?.modulusLength ?? 0;
  if (bits >= RSA_BITS.least && bits <= RSA_BITS.most) return undefined;
  return `is an RSA key of ${bits} bits; it must have ${RSA_BITS.least} to ${RSA_BITS.most}`;
}

function parsed(pem: string): KeyObject | undefined {
  try {
    return createPrivateKey(pem);
  } catch {
    // The text of the error may repeat parts of the key.
    return undefined;
  }
}

/** The key of a PEM text: RSA or Ed25519, without a passphrase. */
export function readDkimKey(pem: string): BareKey | { readonly problem: string } {
  const key = parsed(pem);
  if (key === undefined) return { problem: 'is no private key in PEM without a passphrase' };
  if (key.asymmetricKeyType === 'ed25519') return keyOf(key, 'ed25519');
  if (key.asymmetricKeyType !== 'rsa') return { problem: 'is neither an RSA nor an Ed25519 key' };
  const problem = rsaProblem(key);
  return problem === undefined ? keyOf(key, 'rsa') : { problem };
}
