/** The signature of a webhook request. Standard Webhooks 1.0, "Signature scheme". */
import { createHmac } from 'node:crypto';

const prefix = 'whsec_';
/** The specification asks for 24 to 64 bytes. */
const SECRET_BYTES = 32;

/** `whsec_` and the key in base64. */
export const makeWebhookSecret = (random: (size: number) => Buffer): string =>
  `${prefix}${random(SECRET_BYTES).toString('base64')}`;

export type Signed = {
  /** The same in every attempt, so that the receiver notices a repetition. */
  readonly id: string;
  readonly at: Date;
  readonly body: string;
};

const signatureOf = (content: string, secret: string): string =>
  `v1,${createHmac('sha256', Buffer.from(secret.slice(prefix.length), 'base64'))
    .update(content)
    .digest('base64')}`;

/** One signature for each secret: during a rotation the receiver may know either. */
export function signatureHeaders({ id, at, body }: Signed, secrets: readonly string[]) {
  const timestamp = String(Math.floor(at.getTime() / 1000));
  const content = `${id}.${timestamp}.${body}`;
  return {
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': secrets.map((secret) => signatureOf(content, secret)).join(' '),
  };
}
