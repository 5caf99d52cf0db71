import { withKeyword } from '@waybill/mail/received';
import { publicId } from '@waybill/relay/id';
import type { Note } from '@waybill/relay/message';
import { Refusal } from '@waybill/relay/refusal';
import type { Submission } from '@waybill/relay/submission/submission';
import type { ReceivedMessage } from '../smtp/verbs.ts';
import { acceptedReply } from '../smtp-reply.ts';
import { requireRights } from './rights.ts';
import type { Session, Transaction } from './session.ts';

const sessionFacts = ({ client, login, role }: Session, smtpUtf8: boolean): Submission['session'] => ({
  via: 'smtp',
  clientIp: client.ip,
  heloName: client.heloName,
  protocol: withKeyword({
    extended: client.usesEhlo,
    tls: client.isSecure,
    authenticated: login !== undefined,
    utf8: smtpUtf8,
  }),
  tls: client.tls,
  listener: role.name,
  mechanism: login?.mechanism,
});

function envelopeOf({ mailFrom, rcptTo, smtpUtf8, body, authParam }: Transaction): Submission['envelope'] {
  return { mailFrom, rcptTo: [...rcptTo], smtpUtf8, body, ...(authParam === undefined ? {} : { authParam }) };
}

const repaired: Note = {
  step: 'line-endings',
  what: 'bare line endings repaired',
  reason:
    'The message had a bare CR or LF. The account setting changes each to CRLF instead of refusing the message.',
};

/** The end of DATA. After `accept` has committed, the message is our responsibility. RFC 5321 §4.1.1.4, §6.1. */
export async function acceptMessage(
  session: Session,
  { bytes, isRepaired }: ReceivedMessage,
): Promise<string> {
  await requireRights(session);
  const { transaction, login, dependencies } = session;
  if (transaction === undefined) throw new Refusal('bad_sequence');
  const { messageId, deliveryIds } = await dependencies.accept({
    envelope: envelopeOf(transaction),
    bytes,
    notes: isRepaired ? [repaired] : [],
    session: sessionFacts(session, transaction.smtpUtf8),
    authenticated: login && {
      accountId: login.credential.accountId,
      credentialId: login.credential.id,
      credential: login.credential,
    },
    networks: session.networks ?? [],
  });
  return acceptedReply(
    publicId('msg', messageId),
    deliveryIds.map((id) => publicId('dlv', id)),
  ).text;
}
