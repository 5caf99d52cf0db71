/** Asks a mailbox by mail whether an account may send as it. Says when no mail may be sent. */
import type { Reserved } from '@waybill/io/postgres/management/address-confirmations';
import { makeLinkToken } from '@waybill/io/secrets/link-token';
import { foldedAddress } from '@waybill/mail/address';
import { PLATFORM_ACCOUNT_ID } from '@waybill/relay/domains/sender-standing';
import { newId } from '@waybill/relay/management/audit';
import type { Asking } from '@waybill/relay/management/from-addresses';
import { Refusal } from '@waybill/relay/refusal';
import type { Dependencies } from '../dependencies.ts';
import { plainName } from './plain-name.ts';
import { type ProductMail, sendProductMail } from './send-product-mail.ts';

const confirmationUrl = (publicUrl: string, token: string): string => `${publicUrl}/confirm/${token}`;

const confirmationMail = (
  { accountName, address }: Pick<Asking, 'accountName' | 'address'>,
  { url, platformDomain }: { readonly url: string; readonly platformDomain: string },
): ProductMail => ({
  to: address,
  subject: 'May an account send mail as your address?',
  text: `An account of the mail relay ${platformDomain} asks to send mail as
your address.

Account: ${plainName(accountName)}
Address: ${address}

If you want this, open this page within 24 hours and press Confirm:

${url}

If you do not know this account, do nothing: it cannot send as your
address without your confirmation. On the same page you can answer
"Not me". Then no account of this relay can ask you again.
`,
});

/** Suppressed for the account that asks, in any stream, or for the platform itself. */
async function requireNotSuppressed(
  { accountId, address }: Asking,
  dependencies: Dependencies,
): Promise<void> {
  const folded = foldedAddress(address);
  const lists = await Promise.all(
    [accountId, PLATFORM_ACCOUNT_ID].map((id) => dependencies.stores.suppressions.ofAddress(id, folded)),
  );
  const isLive = ({ expiresAt }: { readonly expiresAt: Date | undefined }): boolean =>
    expiresAt === undefined || expiresAt > dependencies.now();
  if (lists.flat().some(isLive))
    throw new Refusal('recipient_suppressed', {
      detail: 'no confirmation is mailed to a suppressed address',
    });
}

function refusalFor(reserved: Exclude<Reserved, { kind: 'reserved' }>): Refusal {
  if (reserved.kind === 'refused') return new Refusal('confirmation_refused');
  const { by, retryAt } = reserved;
  const limit = by === 'address' ? 'one mail a day to this address' : 'ten mails a day for this account';
  return new Refusal('confirmation_limited', {
    detail: `${limit}, next at ${retryAt.toISOString()}`,
    retryAt,
  });
}

/** Mails the link and returns when it expires. Rejects with the refusal when no mail may be sent. */
export async function mailConfirmation(asking: Asking, dependencies: Dependencies): Promise<Date> {
  const { addressConfirmations } = dependencies.stores;
  await requireNotSuppressed(asking, dependencies);
  const { text: token, secretHash: tokenHash } = makeLinkToken();
  const mailId = newId(dependencies);
  const reserved = await addressConfirmations.reserve({
    mailId,
    fromAddressId: asking.fromAddressId,
    accountId: asking.accountId,
    address: foldedAddress(asking.address),
    tokenHash,
    at: dependencies.now(),
  });
  if (reserved.kind !== 'reserved') throw refusalFor(reserved);
  const url = confirmationUrl(dependencies.publicUrl, token);
  try {
    await sendProductMail(
      confirmationMail(asking, { url, platformDomain: dependencies.platformDomain }),
      dependencies,
    );
  } catch (error) {
    await addressConfirmations.release({ mailId, tokenHash });
    throw error;
  }
  return reserved.expiresAt;
}
