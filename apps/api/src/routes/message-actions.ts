import { idParams } from '@waybill/contract/id';
import { moved } from '@waybill/contract/message';
import { publicId } from '@waybill/relay/id';
import { Refusal } from '@waybill/relay/refusal';
import type { FastifyRequest } from 'fastify';
import { answers } from '../answers.ts';
import { innerId } from '../inner-id.ts';
import { accountOf, found } from '../request.ts';
import type { App, World } from '../world.ts';

type Action = 'cancel' | 'retry';

async function act(
  action: Action,
  request: FastifyRequest<{ Params: { id: string } }>,
  { stores, now, doorbell, log }: World,
) {
  const accountId = accountOf(request);
  const id = innerId('msg', request.params.id);
  found(await stores.messages.one(accountId, id));
  const deliveries = await stores.messages[action](accountId, id, now());
  if (deliveries.length === 0)
    throw new Refusal('conflict', { detail: `no delivery of this message is in a state to ${action}` });
  if (action === 'retry')
    // The rows are due; when this ring is lost the sweeper rings again.
    await doorbell
      .ring('delivery', deliveries)
      .catch((err) => log.warn({ err, messageId: id }, 'ring failed'));
  return { id: publicId('msg', id), deliveries: deliveries.map((one) => publicId('dlv', one)) };
}

const words = {
  cancel: { summary: 'Stop what has not been delivered yet', audit: 'message.cancelled' },
  retry: { summary: 'Try undelivered recipients again now', audit: 'message.retried' },
} as const;

export function messageActionRoutes(app: App, world: World): void {
  for (const action of ['cancel', 'retry'] as const) {
    const { summary, audit } = words[action];
    app.post(
      `/v1/messages/:id/${action}`,
      {
        schema: {
          summary,
          tags: ['Messages'],
          params: idParams('msg'),
          response: answers({ 200: moved }),
        },
        config: { scope: 'messages:send', audit },
      },
      (request) => act(action, request, world),
    );
  }
}
