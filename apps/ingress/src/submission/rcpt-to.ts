import { foldedAddress } from '@waybill/mail/address';
import { neverFits, quotaRefusal } from '@waybill/relay/pipeline/require-quota';
import { recipientCountRefusal, recipientRefusal } from '@waybill/relay/pipeline/require-recipient-allowed';
import type { No } from '@waybill/relay/pipeline/stage';
import { Refusal } from '@waybill/relay/refusal';
import { readPath } from '../envelope/read-path.ts';
import type { Parameters } from '../smtp/verbs.ts';
import { throwIf } from '../throw-if.ts';
import { requireRights } from './rights.ts';
import { isKnown, type Session, type Transaction } from './session.ts';

/** Looked up only where the account refuses suppressed recipients. For other accounts the trace shows the suppression. */
async function suppressionNo(
  { dependencies, login }: Session,
  { account }: Transaction,
  address: string,
): Promise<No | undefined> {
  if (account?.suppressedRecipients !== 'refuse') return undefined;
  const found = await dependencies.suppressions.among(account.id, login?.credential.streamId, [address]);
  return recipientRefusal(found.get(foldedAddress(address)), account);
}

/** RCPT TO. RFC 5321 §4.1.1.3. An unknown client is refused here: "we do not relay". */
export async function rcptTo(session: Session, path: string, parameters: Parameters): Promise<void> {
  const { transaction } = session;
  if (transaction === undefined) throw new Refusal('bad_sequence', { detail: 'MAIL FROM comes first' });
  if (!isKnown(session)) throw new Refusal('relay_denied');
  await requireRights(session);
  const [unknown] = parameters.keys();
  if (unknown !== undefined) throw new Refusal('parameter_unknown', { detail: unknown });
  const rules = { smtpUtf8: transaction.smtpUtf8, malformed: 'recipient_malformed' } as const;
  const address = readPath(path, rules);
  if (transaction.rcptTo.includes(address)) return;
  const count = transaction.rcptTo.length + 1;
  throwIf(
    recipientCountRefusal(count, transaction) ??
      neverFits(count, transaction.limited) ??
      (transaction.quotaLeft && quotaRefusal(count, transaction.quotaLeft)) ??
      (await suppressionNo(session, transaction, address)),
  );
  transaction.rcptTo.push(address);
}
