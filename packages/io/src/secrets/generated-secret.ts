import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { decodeBase32, encodeBase32 } from '@waybill/mail/base32';
import { idBytes, idOfBytes } from '@waybill/relay/id';

export const apiKeyKinds = ['live', 'test', 'admin'] as const;
export type ApiKeyKind = (typeof apiKeyKinds)[number];

/** The content of a well-formed key. Only the stored hash proves that the key exists. */
export type ParsedApiKey = { readonly kind: ApiKeyKind; readonly id: string; readonly secretHash: Buffer };
export type GeneratedSecret = { readonly text: string; readonly secretHash: Buffer };

const secretSize = 32;
const checksumSize = 4;
const keyPattern = /^wb_(live|test|admin)_([0-9a-z]{26})_([0-9a-z]{58})$/;

/** A fast hash is safe, because these secrets are random and no dictionary attack finds them. */
export const secretHashOf = (text: string): Buffer => createHash('sha256').update(text).digest();

const checksumOf = (head: string, secret: Buffer): Buffer =>
  createHash('sha256').update(head).update(secret).digest().subarray(0, checksumSize);

/** `wb_live_<id>_<32 random bytes and a checksum>`. Shown once; only the hash is stored. */
export function makeApiKey(kind: ApiKeyKind, id: string): GeneratedSecret {
  const head = `wb_${kind}_${encodeBase32(idBytes(id))}`;
  const secret = randomBytes(secretSize);
  const text = `${head}_${encodeBase32(Buffer.concat([secret, checksumOf(head, secret)]))}`;
  return { text, secretHash: secretHashOf(text) };
}

/** `undefined` for text that `makeApiKey` cannot have made: mistyped, cut short, or a key of another product. */
export function parseApiKey(text: string): ParsedApiKey | undefined {
  const [, kind, idText = '', secretText = ''] = keyPattern.exec(text) ?? [];
  const id = decodeBase32(idText);
  const body = decodeBase32(secretText);
  if (kind === undefined || id?.length !== 16 || body?.length !== secretSize + checksumSize) return undefined;
  const checksum = checksumOf(`wb_${kind}_${idText}`, body.subarray(0, secretSize));
  if (!checksum.equals(body.subarray(secretSize))) return undefined;
  return { kind: kind as ApiKeyKind, id: idOfBytes(id), secretHash: secretHashOf(text) };
}

/** 160 random bits in letters and digits, which every password field of a mail client accepts. */
export function makeSmtpSecret(): GeneratedSecret {
  const text = encodeBase32(randomBytes(20));
  return { text, secretHash: secretHashOf(text) };
}

/** Compares every stored hash and every byte, so that the time taken does not depend on the match. */
export function isSecretOf(secretHash: Buffer, stored: readonly Buffer[]): boolean {
  let found = false;
  for (const hash of stored) {
    const same = hash.length === secretHash.length && timingSafeEqual(hash, secretHash);
    found = same || found;
  }
  return found;
}
