/**
 * Mail of the product itself: confirmations now, later invitations, password resets, notices. The platform's account owns
 * it; no key or user can read it. It is accepted, prepared, signed by the platform and delivered like all mail.
 */
import { PLATFORM_ACCOUNT_ID } from '@waybill/relay/domains/sender-standing';
import { compose } from '../compose.ts';
import type { Dependencies } from '../dependencies.ts';

export type ProductMail = {
  readonly to: string;
  readonly subject: string;
  /** Plain text alone: nothing in it can be tracked, hidden or styled. */
  readonly text: string;
  /** Mail with the same key is sent once. */
  readonly idempotencyKey?: string;
};

/** Vacation programs do not answer mail with this field. RFC 3834 §5. */
const headers = { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' };

/** Resolves once the mail is accepted; rejects when it was not. */
export async function sendProductMail(
  { to, subject, text, idempotencyKey }: ProductMail,
  dependencies: Pick<Dependencies, 'accept' | 'platformDomain' | 'now'>,
): Promise<void> {
  const from = `Waybill <noreply@${dependencies.platformDomain}>`;
  const composed = await compose({ from, to, subject, text, headers }, dependencies.now());
  await dependencies.accept({
    envelope: composed.envelope,
    bytes: composed.bytes,
    session: {
      via: 'http',
      // The address of the client that caused the mail must not reach the recipient.
      clientIp: undefined,
      heloName: undefined,
      protocol: 'HTTP',
      tls: undefined,
      listener: 'product',
      mechanism: undefined,
    },
    authenticated: { accountId: PLATFORM_ACCOUNT_ID, credentialId: undefined },
    networks: [],
    options: {
      trackOpens: false,
      trackClicks: 'none',
      ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
    },
  });
}
