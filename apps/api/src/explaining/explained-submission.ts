/** The submission that an explanation is about: composed as for sending, from what the request gives of it. */
import type { ExplainBody } from '@waybill/contract/explain';
import type { SendBody } from '@waybill/contract/send';
import { faultAt } from '@waybill/relay/management/request-fault';
import { submitterOf } from '@waybill/relay/management/submitter';
import type { FastifyRequest } from 'fastify';
import { type Composed, compose, optionsOf } from '../compose.ts';
import type { Dependencies } from '../dependencies.ts';
import { composeRaw } from '../raw-message.ts';
import { accountOf, principalOf } from '../request.ts';

/** Of no account (RFC 2606 §2): the gate for senders says that the account has none. */
const NO_SENDER = 'postmaster@sender.invalid';
const MOST_LISTED = 100;

/** An address that the caller may write from; it stands for "any of mine" in a question about a recipient alone. */
async function ownSender(request: FastifyRequest, { stores }: Dependencies): Promise<string> {
  const accountId = accountOf(request);
  const only = submitterOf(principalOf(request)).credential.senderDomains;
  const isOwn = (domain: string): boolean => only.length === 0 || only.includes(domain);
  const page = { limit: MOST_LISTED };
  const domains = await stores.senderDomains.list(accountId, page);
  const domain = domains.find((one) => one.status !== 'pending' && isOwn(one.domain))?.domain;
  if (domain !== undefined) return `postmaster@${domain}`;
  const addresses = await stores.fromAddresses.list(accountId, page);
  const proved = addresses.filter(({ status }) => status !== 'unconfirmed');
  return proved.find(({ address }) => isOwn(address.split('@').at(-1) ?? ''))?.address ?? NO_SENDER;
}

const latin1Of = (text: string): string => Buffer.from(text, 'utf8').toString('latin1');

const replaced = ['cc', 'bcc', 'reply_to', 'html', 'text', 'headers', 'attachments'] as const;

function composedOfRaw({ raw = '', ...body }: ExplainBody): Composed {
  for (const name of replaced)
    if (body[name] !== undefined) throw faultAt(`/${name}`, 'stands in raw, which is the whole message');
  const from = body.from && latin1Of(body.from);
  const to = latin1Of([body.to].flat().join(', '));
  const envelope = { from, to, pointers: { from: '/from', to: '/to' } };
  return { ...composeRaw(Buffer.from(raw, 'base64'), envelope), options: optionsOf(body) };
}

export type Explained = {
  readonly composed: Composed;
  /** Without any content the question is only whether mail would be accepted. */
  readonly isPrepared: boolean;
};

export async function explainedOf(request: FastifyRequest, dependencies: Dependencies): Promise<Explained> {
  const { raw, ...body } = request.body as ExplainBody;
  if (raw !== undefined) return { composed: composedOfRaw({ raw, ...body }), isPrepared: true };
  const hasContent =
    body.text !== undefined || body.html !== undefined || (body.attachments?.length ?? 0) > 0;
  const from = body.from ?? (await ownSender(request, dependencies));
  const whole: SendBody = { ...body, from, ...(hasContent ? {} : { text: '' }) };
  return { composed: await compose(whole, dependencies.now()), isPrepared: hasContent };
}
