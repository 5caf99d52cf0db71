/** A passkey in software: answers as a browser with an authenticator does. WebAuthn §6, §5.8.1; CBOR: RFC 8949; COSE: RFC 9053 §7.1.1. */
import { createHash, createSign, generateKeyPairSync, randomBytes } from 'node:crypto';
import type { Json } from './test-api.ts';

const sha256 = (bytes: Buffer | string): Buffer => createHash('sha256').update(bytes).digest();

/** A head of CBOR: the major type, and a length or number. */
function head(major: number, value: number): Buffer {
  if (value < 24) return Buffer.from([(major << 5) | value]);
  if (value < 256) return Buffer.from([(major << 5) | 24, value]);
  return Buffer.from([(major << 5) | 25, value >> 8, value & 255]);
}
const bytes = (value: Buffer): Buffer => Buffer.concat([head(2, value.length), value]);
const text = (value: string): Buffer => Buffer.concat([head(3, value.length), Buffer.from(value)]);
const number = (value: number): Buffer => (value < 0 ? head(1, -1 - value) : head(0, value));
const map = (...pairs: readonly (readonly [Buffer, Buffer])[]): Buffer =>
  Buffer.concat([head(5, pairs.length), ...pairs.flat()]);

const PRESENT = 0x01;
const VERIFIED = 0x04;
const WITH_KEY = 0x40;

export type SoftwarePasskey = {
  make(options: Json): Json;
  answer(options: Json): Json;
  /** The counter of the next answer. */
  counter: number;
  origin: string;
  isVerified: boolean;
};

export function softwarePasskey(origin: string): SoftwarePasskey {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const id = randomBytes(32);
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
  const cose = map(
    [number(1), number(2)],
    [number(3), number(-7)],
    [number(-1), number(1)],
    [number(-2), bytes(Buffer.from(x, 'base64url'))],
    [number(-3), bytes(Buffer.from(y, 'base64url'))],
  );
  const dataOf = (rpId: string, key: Buffer): Buffer => {
    const counter = Buffer.alloc(4);
    counter.writeUInt32BE(self.counter);
    const flags = PRESENT | (self.isVerified ? VERIFIED : 0) | (key.length > 0 ? WITH_KEY : 0);
    return Buffer.concat([sha256(rpId), Buffer.from([flags]), counter, key]);
  };
  const clientData = (type: string, challenge: string): Buffer =>
    Buffer.from(JSON.stringify({ type, challenge, origin: self.origin, crossOrigin: false }));
  const credential = (response: Json): Json => ({
    id: id.toString('base64url'),
    rawId: id.toString('base64url'),
    type: 'public-key',
    clientExtensionResults: {},
    response,
  });
  const self: SoftwarePasskey = {
    counter: 0,
    origin,
    isVerified: true,
    make({ rp, challenge }) {
      const key = Buffer.concat([Buffer.alloc(16), Buffer.from([0, id.length]), id, cose]);
      const attestation = map(
        [text('fmt'), text('none')],
        [text('attStmt'), map()],
        [text('authData'), bytes(dataOf(rp.id, key))],
      );
      return credential({
        clientDataJSON: clientData('webauthn.create', challenge).toString('base64url'),
        attestationObject: attestation.toString('base64url'),
        transports: ['internal'],
      });
    },
    answer({ rpId, challenge }) {
      const data = dataOf(rpId, Buffer.alloc(0));
      const client = clientData('webauthn.get', challenge);
      const signature = createSign('sha256').update(data).update(sha256(client)).sign(privateKey);
      return credential({
        clientDataJSON: client.toString('base64url'),
        authenticatorData: data.toString('base64url'),
        signature: signature.toString('base64url'),
      });
    },
  };
  return self;
}
