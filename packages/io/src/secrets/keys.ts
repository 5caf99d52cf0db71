import { createSecretKey, hkdfSync, type KeyObject } from 'node:crypto';

/** A key with the byte that names it inside tokens, so that a token shows which key made it. */
export type NamedKey = { readonly id: number; readonly secret: Buffer };

export type DerivedKeys = {
  /** `X-Waybill-Account`: HMAC-SHA256. A key object, because OpenSSL imports raw bytes anew for each MAC: 11 µs instead of 2. */
  readonly headerMac: KeyObject;
  /** Return-path (VERP) tokens: HMAC-SHA256. */
  readonly returnPath: KeyObject;
  /** Open, click and unsubscribe tokens. */
  readonly tracking: NamedKey;
  /** AES-256-GCM for secrets at rest. */
  readonly secretBox: NamedKey;
  /** Addresses that were erased, in lists of suppressions: HMAC-SHA256. */
  readonly erased: KeyObject;
  /** Cursors of lists and other short-lived tokens of the API. */
  readonly api: Buffer;
  /** Goes into the hashes of passwords. */
  readonly passwords: Buffer;
  /** Stored in the database, so that a wrong master key is detected. */
  readonly check: Buffer;
};

/** RFC 5869: one key for each purpose. A key reveals neither another key nor the master key. */
const derive = (masterKey: Buffer, purpose: string, size = 32): Buffer =>
  Buffer.from(hkdfSync('sha256', masterKey, Buffer.alloc(0), `waybill/v1/${purpose}`, size));

const named = (masterKey: Buffer, purpose: string): NamedKey => ({
  id: derive(masterKey, `${purpose}/id`, 1)[0] ?? 0,
  secret: derive(masterKey, purpose),
});

export const deriveKeys = (masterKey: Buffer): DerivedKeys => ({
  headerMac: createSecretKey(derive(masterKey, 'header-mac')),
  returnPath: createSecretKey(derive(masterKey, 'return-path')),
  tracking: named(masterKey, 'tracking'),
  secretBox: named(masterKey, 'secret-box'),
  erased: createSecretKey(derive(masterKey, 'erased')),
  api: derive(masterKey, 'api'),
  passwords: derive(masterKey, 'passwords'),
  check: derive(masterKey, 'check'),
});
