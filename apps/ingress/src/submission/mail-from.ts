import { isNullPath } from '@waybill/mail/address';
import { limitedIn, loadKeyLimits, maxRecipientsIn } from '@waybill/relay/limits/limited';
import type { LimitSubject } from '@waybill/relay/limits/sending-limits';
import { quotaRefusal } from '@waybill/relay/pipeline/require-quota';
import { senderRefusal } from '@waybill/relay/pipeline/require-sender-authorized';
import { sizeRefusal } from '@waybill/relay/pipeline/require-size';
import type { Account } from '@waybill/relay/ports';
import { Refusal } from '@waybill/relay/refusal';
import { requireActiveAccount } from '@waybill/relay/require-active';
import { loadSenders } from '@waybill/relay/submission/load-senders';
import { type MailParameters, parseMailParameters } from '../envelope/mail-parameters.ts';
import { readPath } from '../envelope/read-path.ts';
import { awaitsTls } from '../role.ts';
import type { Parameters } from '../smtp/verbs.ts';
import { throwIf } from '../throw-if.ts';
import { requireRights } from './rights.ts';
import { isKnown, networksOf, type Session, type Transaction } from './session.ts';
import { accountOfSession } from './session-account.ts';

type Mail = { readonly sender: string | undefined; readonly parameters: MailParameters };

/** Checks the account and the sender as far as MAIL FROM allows. An unknown client on the relay port is refused at RCPT TO. */
async function openTransaction(session: Session, { sender, parameters }: Mail): Promise<Transaction> {
  const { dependencies } = session;
  const account = isKnown(session) ? await accountOfSession(session) : undefined;
  const { limited, maxRecipients } = await loadLimits(session, account);
  const limits = {
    maxMessageBytes: Math.min(
      account?.maxMessageBytes ?? Number.POSITIVE_INFINITY,
      dependencies.maxMessageBytes,
    ),
    maxRecipients,
  };
  throwIf(sizeRefusal(parameters.size, limits));
  if (account) await admit(session, account, sender);
  const quotaLeft =
    account && (await dependencies.usage.quotaLeft({ accountId: account.id, subjects: limited }));
  throwIf(quotaLeft && quotaRefusal(1, quotaLeft));
  const { authParam, body, smtpUtf8 } = parameters;
  return {
    mailFrom: sender,
    rcptTo: [],
    smtpUtf8,
    body,
    // RFC 4954 §5: AUTH= of a client that is not trusted is ignored.
    ...(authParam === undefined ? {} : { authParam: isKnown(session) ? authParam : '<>' }),
    account,
    quotaLeft,
    limited,
    ...limits,
  };
}

type Limits = { readonly limited: readonly LimitSubject[]; readonly maxRecipients: number };

/** Without the stream: the header of the message may choose it, so its limits count after DATA. */
async function loadLimits({ login, dependencies }: Session, account: Account | undefined): Promise<Limits> {
  const { directory, maxRecipients } = dependencies;
  if (account === undefined) return { limited: [], maxRecipients };
  const id = login?.credential.id;
  const key = { id, limits: await loadKeyLimits(id, directory) };
  const limiting = { account, stream: undefined, key };
  return {
    limited: limitedIn(limiting),
    maxRecipients: Math.min(maxRecipientsIn(limiting, maxRecipients), maxRecipients),
  };
}

async function admit(session: Session, account: Account, sender: string | undefined): Promise<void> {
  requireActiveAccount(account);
  if (sender !== undefined) {
    const credential = session.login?.credential;
    const asking = { accountId: account.id, credential, addresses: [sender] };
    throwIf(senderRefusal(sender, await loadSenders(session.dependencies.directory, asking), account));
  }
}

/** MAIL FROM. RFC 5321 §4.1.1.2. Permission: RFC 6409 §4.3, RFC 4954 §6. */
export async function mailFrom(session: Session, path: string, parameters: Parameters): Promise<void> {
  const { role, client } = session;
  if (session.transaction !== undefined) {
    throw new Refusal('bad_sequence', { detail: 'A mail transaction is open already' });
  }
  if (awaitsTls(role, client.isSecure)) throw new Refusal('starttls_required');
  // Looked up again, because a network may have been removed since the last message.
  session.networks = undefined;
  await networksOf(session);
  if (role.purpose === 'submission' && !isKnown(session)) throw new Refusal('authentication_required');
  await requireRights(session);
  const parsed = parseMailParameters(parameters, client.usesEhlo);
  const rules = { smtpUtf8: parsed.smtpUtf8, malformed: 'sender_malformed' } as const;
  const sender = isNullPath(path) ? undefined : readPath(path, rules);
  session.transaction = await openTransaction(session, { sender, parameters: parsed });
}
