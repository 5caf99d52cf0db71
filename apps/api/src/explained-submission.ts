/** The submission that an explanation is about: composed as for sending, from what the request gives of it. */
import type { ExplainBody } from '@waybill/contract/explain';
import type { SendBody } from '@waybill/contract/send';
import { ownSender } from '@waybill/relay/management/own-sender';
import { faultAt } from '@waybill/relay/management/request-fault';
import { submitterOf } from '@waybill/relay/management/submitter';
import type { Composed } from '@waybill/relay/submission/composed';
import { composeRaw, envelopeOfText } from '@waybill/relay/submission/raw-submission';
import type { FastifyRequest } from 'fastify';
import { compose, optionsOf } from './compose.ts';
import type { Dependencies } from './dependencies.ts';
import { accountOf, principalOf } from './request.ts';

const senderFor = (request: FastifyRequest, { stores }: Dependencies): Promise<string> => {
  const only = submitterOf(principalOf(request)).credential.senderDomains;
  return ownSender({ accountId: accountOf(request), only }, stores);
};

const replaced = ['cc', 'bcc', 'reply_to', 'html', 'text', 'headers', 'attachments'] as const;

function composedOfRaw({ raw = '', ...body }: ExplainBody): Composed {
  for (const name of replaced)
    if (body[name] !== undefined) throw faultAt(`/${name}`, 'stands in raw, which is the whole message');
  const to = [body.to].flat().join(', ');
  const envelope = envelopeOfText({ from: body.from, to, pointers: { from: '/from', to: '/to' } });
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
  const from = body.from ?? (await senderFor(request, dependencies));
  const whole: SendBody = { ...body, from, ...(hasContent ? {} : { text: '' }) };
  return { composed: await compose(whole, dependencies.now()), isPrepared: hasContent };
}
