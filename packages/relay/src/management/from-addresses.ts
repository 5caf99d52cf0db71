/** From addresses outside the verified domains of an account, and their proof. */
import { domainOf, normalAddress } from '@waybill/mail/address';
import { type DomainHolder, standingOf } from '../domains/sender-standing.ts';
import { publicId } from '../id.ts';
import { notAllowed } from '../pipeline/require-sender-authorized.ts';
import type { Directory } from '../ports.ts';
import { Refusal, type RefusalCode, refusalRow } from '../refusal.ts';
import { requireActiveAccount } from '../require-active.ts';
import { audit, type Caller, newId } from './audit.ts';
import { found, requireDone } from './found.ts';
import { accountOf } from './principal.ts';
import type { FromAddressRecord } from './records.ts';
import { faultAt } from './request-fault.ts';
import type { Ports } from './stores.ts';

export type FromAddressPorts = Ports<'fromAddresses' | 'accounts'> & {
  /** Which account holds a domain. */
  readonly directory: Pick<Directory, 'domainHolder'>;
  /** Mails the link and returns when it expires. Rejects with the refusal when no mail may be sent. */
  readonly mailConfirmation: (asking: Asking) => Promise<Date>;
};

/** A confirmation mail to be sent. */
export type Asking = {
  readonly fromAddressId: string;
  readonly accountId: string;
  readonly accountName: string;
  readonly address: string;
};

const proofOf = { unconfirmed: null, confirmed: 'mailbox', vouched: 'operator' } as const;

function viewWith(row: FromAddressRecord, accountId: string, holder: DomainHolder | undefined) {
  const domain = domainOf(row.address) ?? '';
  const standing = standingOf({ accountId, domain, holder, isProved: row.status !== 'unconfirmed' });
  const isOfDomain = standing === 'domain';
  return {
    id: publicId('from', row.id),
    address: row.address,
    status: isOfDomain && row.status === 'unconfirmed' ? ('confirmed' as const) : row.status,
    proof: isOfDomain ? ('domain' as const) : standing === 'foreign' ? null : proofOf[row.status],
    created_at: row.createdAt.toISOString(),
  };
}
type FromAddressView = ReturnType<typeof viewWith>;

/** The address with its present status: a domain may have been verified or lost since the registration. */
export async function fromAddressView(
  row: FromAddressRecord,
  accountId: string,
  { directory }: Pick<FromAddressPorts, 'directory'>,
): Promise<FromAddressView> {
  return viewWith(row, accountId, await directory.domainHolder(domainOf(row.address) ?? ''));
}

/**
 * The address in normal form. Refuses a domain that the platform or another account holds. Only the domain is looked up: the
 * directory must not cache the address just before it is registered.
 */
async function readAddress(text: string, accountId: string, ports: FromAddressPorts): Promise<string> {
  const domain = domainOf(text);
  if (domain === undefined) throw faultAt('/address', 'is not a mail address');
  const holder = await ports.directory.domainHolder(domain);
  const no = notAllowed(domain);
  if (standingOf({ accountId, domain, holder, isProved: false }) === 'foreign')
    throw new Refusal(no.code, no);
  return normalAddress(text);
}

/** Refusals that stop the mail but not the registration: the operator may still vouch for the address. */
const withoutMail: ReadonlySet<string> = new Set([
  'confirmation_limited',
  'confirmation_refused',
  'recipient_suppressed',
] satisfies RefusalCode[]);

const notMailed = ({ code, detail, retryAt }: Refusal) => ({
  mailed: false,
  expires_at: null,
  code: code as string,
  detail: detail ?? refusalRow(code).text,
  retry_at: retryAt?.toISOString() ?? null,
});

const mailedUntil = (expiresAt: Date) => ({
  mailed: true,
  expires_at: expiresAt.toISOString(),
  code: null,
  detail: null,
  retry_at: null,
});
type ConfirmationView = ReturnType<typeof notMailed> | ReturnType<typeof mailedUntil>;

/** `confirmation` is `null` for an address that counts already. */
export type AskedFromAddress = FromAddressView & { readonly confirmation: ConfirmationView | null };

async function askMailbox(
  row: FromAddressRecord,
  accountId: string,
  { stores, mailConfirmation }: FromAddressPorts,
): Promise<ConfirmationView> {
  const account = found(await stores.accounts.one(accountId));
  // A suspended account must not reach strangers through confirmation mail.
  requireActiveAccount(account);
  const asking = { fromAddressId: row.id, accountId, accountName: account.name, address: row.address };
  return mailedUntil(await mailConfirmation(asking));
}

/** The address stays registered when a limit stops the mail. It does not stay when the mail fails for a temporary fault. */
async function askMailboxOfNew(
  row: FromAddressRecord,
  accountId: string,
  ports: FromAddressPorts,
): Promise<ConfirmationView> {
  try {
    return await askMailbox(row, accountId, ports);
  } catch (error) {
    if (error instanceof Refusal && withoutMail.has(error.code)) return notMailed(error);
    await ports.stores.fromAddresses.remove(accountId, row.id);
    throw error;
  }
}

/** Registers an address. Where its domain proves nothing, the mailbox is asked by a mailed link. */
export async function registerFromAddress(
  address: string,
  caller: Caller,
  ports: FromAddressPorts,
): Promise<AskedFromAddress> {
  const accountId = accountOf(caller);
  const row = await ports.stores.fromAddresses.create(accountId, {
    id: newId(ports),
    address: await readAddress(address, accountId, ports),
    createdAt: ports.now(),
  });
  const view = await fromAddressView(row, accountId, ports);
  const confirmation = view.proof === null ? await askMailboxOfNew(row, accountId, ports) : null;
  await audit(caller, { action: 'from_address.created', target: view.id, after: view }, ports);
  return { ...view, confirmation };
}

/** Mails the link again. The link before it works no more. */
export async function askAgain(
  id: string,
  caller: Caller,
  ports: FromAddressPorts,
): Promise<AskedFromAddress> {
  const accountId = accountOf(caller);
  const row = found(await ports.stores.fromAddresses.one(accountId, id));
  await readAddress(row.address, accountId, ports);
  const view = await fromAddressView(row, accountId, ports);
  if (view.proof !== null)
    throw new Refusal('conflict', { detail: 'this address needs no confirmation: it counts already' });
  const confirmation = await askMailbox(row, accountId, ports);
  const change = { before: { confirmation: null }, after: { confirmation } };
  await audit(caller, { action: 'from_address.confirmation_mailed', target: view.id, ...change }, ports);
  return { ...view, confirmation };
}

/** The operator answers for the address. No mail is sent. */
export async function vouchForFromAddress(
  id: string,
  caller: Caller,
  ports: FromAddressPorts,
): Promise<FromAddressView> {
  const { fromAddresses } = ports.stores;
  const accountId = accountOf(caller);
  const row = found(await fromAddresses.one(accountId, id));
  if (caller.kind !== 'operator')
    throw new Refusal('forbidden', { detail: 'only the operator vouches for an address' });
  await readAddress(row.address, accountId, ports);
  const before = await fromAddressView(row, accountId, ports);
  const vouched = found(await fromAddresses.vouch(accountId, id, ports.now()));
  const after = await fromAddressView(vouched, accountId, ports);
  await audit(caller, { action: 'from_address.vouched', target: after.id, before, after }, ports);
  return after;
}

/** Mail that waits to be sent as this address is held. */
export async function removeFromAddress(id: string, caller: Caller, ports: FromAddressPorts): Promise<void> {
  const { fromAddresses } = ports.stores;
  const accountId = accountOf(caller);
  const row = found(await fromAddresses.one(accountId, id));
  const before = await fromAddressView(row, accountId, ports);
  requireDone(await fromAddresses.remove(accountId, id));
  await audit(caller, { action: 'from_address.deleted', target: before.id, before }, ports);
}
