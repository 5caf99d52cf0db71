import { hkdfSync } from 'node:crypto';

/** A key with the byte that names it inside tokens, so that a later key can be told from an earlier one. */
export type NamedKey = { readonly id: number; readonly secret: Buffer };

export type DerivedKeys = {
  /** `X-Waybill-Account`: HMAC-SHA256. */
  readonly headerMac: Buffer;
  /** Return-path (VERP) tokens. */
  readonly returnPath: Buffer;
  /** Open, click and unsubscribe tokens. */
  readonly tracking: NamedKey;
  /** AES-256-GCM of what is encrypted at rest. */
  readonly secretBox: NamedKey;
  /** Cursors of lists and other short-lived tokens of the API. */
  readonly api: Buffer;
  /** Kept in the database, so that another master key is noticed. */
  readonly check: Buffer;
};

/** RFC 5869: one purpose, one key. Knowing one of them tells nothing about another or about the master key. */
const derive = (masterKey: Buffer, purpose: string, size = 32): Buffer =>
  Buffer.from(hkdfSync('sha256', masterKey, Buffer.alloc(0), `waybill/v1/${purpose}`, size));

const named = (masterKey: Buffer, purpose: string): NamedKey => ({
  id: derive(masterKey, `${purpose}/id`, 1)[0] ?? 0,
  secret: derive(masterKey, purpose),
});

export const deriveKeys = (masterKey: Buffer): DerivedKeys => ({
  headerMac: derive(masterKey, 'header-mac'),
  returnPath: derive(masterKey, 'return-path'),
  tracking: named(masterKey, 'tracking'),
  secretBox: named(masterKey, 'secret-box'),
  api: derive(masterKey, 'api'),
  check: derive(masterKey, 'check'),
});
