/**
 * The pages of a confirmation link. Opening a page changes nothing, because mail scanners open links; only its buttons do. There is
 * no script and no login: the link proves that its holder reads the mailbox.
 */
import type { PendingConfirmation } from '@waybill/io/postgres/management/address-confirmations';
import { linkTokenHash } from '@waybill/io/secrets/link-token';
import { domainOf, foldedAddress } from '@waybill/mail/address';
import { standingOf } from '@waybill/relay/domains/sender-standing';
import { publicId } from '@waybill/relay/id';
import { audit, type Change } from '@waybill/relay/management/audit';
import type { FastifyReply } from 'fastify';
import type { App, Dependencies } from './dependencies.ts';
import { addFormParser, sendPage } from './form-pages.ts';
import { html, type Markup } from './html.ts';
import { plainName } from './product-mail/plain-name.ts';

type TokenRequest = { Params: { token: string } };

const closed = (reply: FastifyReply): FastifyReply =>
  sendPage(
    reply.code(404),
    'This link does not work',
    html`<p>It was used before, it is older than 24 hours, or it was replaced by a newer one. The account that asked can have another mail sent.</p>`,
  );

const askMarkup = (asked: PendingConfirmation, token: string, platformDomain: string): Markup =>
  html`<dl><dt>Account</dt><dd>${plainName(asked.accountName)}</dd><dt>Mail relay</dt><dd>${platformDomain}</dd><dt>Your address</dt><dd>${asked.address}</dd></dl>
<p>If you confirm, this account can send mail that says it is from your address.</p>
<form method="post" action="/confirm/${token}"><button type="submit">Confirm</button></form>
<h2>You do not know this account?</h2><p>Then close this page: without your confirmation it cannot send as your address. If you answer “Not me”, no account of this relay can ask you again.</p>
<form method="post" action="/confirm/${token}/refuse"><button type="submit">Not me</button></form>`;

/** The mailbox acts and not a key. The entry goes to the audit log of the account that asked. */
const note = (
  { accountId, fromAddressId, address }: PendingConfirmation,
  change: Omit<Change, 'target'>,
  dependencies: Dependencies,
): Promise<void> =>
  audit(
    { actor: 'mailbox', accountId, about: { address } },
    { ...change, target: publicId('from', fromAddressId) },
    dependencies,
  );

/** Another account may have verified the domain since the mail was sent. */
async function isForeign(
  { accountId, address }: PendingConfirmation,
  dependencies: Dependencies,
): Promise<boolean> {
  const domain = domainOf(address) ?? '';
  const holder = await dependencies.directory.domainHolder(domain);
  return standingOf({ accountId, domain, holder, isProved: true }) === 'foreign';
}

/** The request of a valid token. */
async function pendingOf(token: string, dependencies: Dependencies) {
  const tokenHash = linkTokenHash(token);
  const asked =
    tokenHash && (await dependencies.stores.addressConfirmations.pending(tokenHash, dependencies.now()));
  if (tokenHash === undefined || asked === undefined || (await isForeign(asked, dependencies)))
    return undefined;
  return { tokenHash, asked };
}

function confirmRoutes(app: App, dependencies: Dependencies): void {
  const { addressConfirmations } = dependencies.stores;
  app.get<TokenRequest>('/confirm/:token', { schema: { hide: true } }, async (request, reply) => {
    const { token } = request.params;
    const pending = await pendingOf(token, dependencies);
    if (pending === undefined) return closed(reply);
    const body = askMarkup(pending.asked, token, dependencies.platformDomain);
    return sendPage(reply, 'May this account send as your address?', body);
  });
  app.post<TokenRequest>('/confirm/:token', { schema: { hide: true } }, async (request, reply) => {
    const pending = await pendingOf(request.params.token, dependencies);
    if (!pending || !(await addressConfirmations.confirm(pending.tokenHash, dependencies.now())))
      return closed(reply);
    const { asked } = pending;
    const change = { before: { status: 'unconfirmed' }, after: { status: 'confirmed' } };
    await note(asked, { action: 'from_address.confirmed', ...change }, dependencies);
    const body = html`<p>The account ${plainName(asked.accountName)} can now send as ${asked.address}.</p>`;
    return sendPage(reply, 'Confirmed', body);
  });
  app.post<TokenRequest>('/confirm/:token/refuse', { schema: { hide: true } }, async (request, reply) => {
    const pending = await pendingOf(request.params.token, dependencies);
    const refusal = pending && { address: foldedAddress(pending.asked.address), now: dependencies.now() };
    if (!refusal || !(await addressConfirmations.refuse(pending.tokenHash, refusal))) return closed(reply);
    const change = { before: { refused: false }, after: { refused: true } };
    await note(pending.asked, { action: 'from_address.refused', ...change }, dependencies);
    const body = html`<p>The account cannot send as ${pending.asked.address}. No account of this relay can ask you again.</p>`;
    return sendPage(reply, 'Thank you', body);
  });
}

export function confirmationPages(app: App, dependencies: Dependencies): void {
  void app.register((scope, _options, done) => {
    addFormParser(scope as unknown as App);
    confirmRoutes(scope as unknown as App, dependencies);
    done();
  });
}
