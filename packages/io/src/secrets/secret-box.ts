import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { deriveKeys, type NamedKey } from './keys.ts';

/** Encrypts secrets that must be recoverable: DKIM private keys, CRAM-MD5 secrets, smarthost URLs. */
export type SecretBox = {
  /** `context` names the secret and its row (`dkim_key:<id>`). A box that was moved to another row does not open. */
  seal(plain: Buffer, context: string): Buffer;
  /** Throws when the box was altered, has another context, or was sealed with another master key. */
  open(box: Buffer, context: string): Buffer;
};

const version = 1;
const headSize = 2;
const nonceSize = 12;
const tagSize = 16;

// version(1) key id(1) nonce(12) ciphertext tag(16); head and context are authenticated, not encrypted.
const authenticated = (head: Buffer, context: string): Buffer => Buffer.concat([head, Buffer.from(context)]);

function seal(key: NamedKey, plain: Buffer, context: string): Buffer {
  const head = Buffer.from([version, key.id]);
  const nonce = randomBytes(nonceSize);
  const cipher = createCipheriv('aes-256-gcm', key.secret, nonce).setAAD(authenticated(head, context));
  const sealed = Buffer.concat([cipher.update(plain), cipher.final()]);
  return Buffer.concat([head, nonce, sealed, cipher.getAuthTag()]);
}

function open(key: NamedKey, box: Buffer, context: string): Buffer {
  if (box.length < headSize + nonceSize + tagSize || box[0] !== version) {
    throw new Error(`Secret of ${context} is not in a form this version reads`);
  }
  if (box[1] !== key.id) throw new Error(`Secret of ${context} was sealed with another master key`);
  const nonce = box.subarray(headSize, headSize + nonceSize);
  const decipher = createDecipheriv('aes-256-gcm', key.secret, nonce, { authTagLength: tagSize })
    .setAAD(authenticated(box.subarray(0, headSize), context))
    .setAuthTag(box.subarray(box.length - tagSize));
  try {
    const sealed = box.subarray(headSize + nonceSize, box.length - tagSize);
    return Buffer.concat([decipher.update(sealed), decipher.final()]);
  } catch (cause) {
    throw new Error(`Secret of ${context} was altered, or has another context`, { cause });
  }
}

export function openSecretBox(masterKey: Buffer): SecretBox {
  const key = deriveKeys(masterKey).secretBox;
  return {
    seal: (plain, context) => seal(key, plain, context),
    open: (box, context) => open(key, box, context),
  };
}
