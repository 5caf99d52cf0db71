import { createHash, createHmac, pbkdf2Sync } from 'node:crypto';

const hmac = (key: Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();

/** The first message in its two parts. */
type ClientFirst = { readonly bare: string; readonly gs2?: string };

/** The client's side of RFC 5802 §3, written from the RFC: the oracle for our server's. */
export function answerScram({ bare, gs2 = 'n,,' }: ClientFirst, serverFirst: string, secret: string) {
  const [, nonce = '', salt = '', iterations = ''] = /^r=(.+),s=(.+),i=(\d+)$/.exec(serverFirst) ?? [];
  const salted = pbkdf2Sync(secret, Buffer.from(salt, 'base64'), Number(iterations), 32, 'sha256');
  const unproven = `c=${Buffer.from(gs2).toString('base64')},r=${nonce}`;
  const message = `${bare},${serverFirst},${unproven}`;
  const clientKey = hmac(salted, 'Client Key');
  const signature = hmac(createHash('sha256').update(clientKey).digest(), message);
  const proof = Buffer.from(clientKey.map((byte, index) => byte ^ (signature[index] ?? 0)));
  return {
    clientFinal: `${unproven},p=${proof.toString('base64')}`,
    serverSignature: hmac(hmac(salted, 'Server Key'), message).toString('base64'),
  };
}
