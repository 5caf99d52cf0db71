import { idParams } from '@waybill/contract/id';
import { message, moved } from '@waybill/contract/message';
import { rescheduleBody } from '@waybill/contract/send';
import { publicId } from '@waybill/relay/id';
import { found } from '@waybill/relay/management/found';
import { Refusal } from '@waybill/relay/refusal';
import type { FastifyRequest } from 'fastify';
import { noteChange } from '../audit-change.ts';
import type { App, Dependencies } from '../dependencies.ts';
import { innerId } from '../inner-id.ts';
import { deliveryView, type MessageDetail, messageView } from '../message-view.ts';
import { accountOf } from '../request.ts';
import { route } from '../route.ts';
import { readScheduledAt } from '../scheduled-at.ts';

type Action = 'cancel' | 'retry' | 'release';

/** What the action changed: the message itself, and deliveries. */
type Moved = { readonly message?: boolean; readonly deliveries: readonly string[] };

type Stores = Dependencies['stores']['messages'];
type Target = { readonly accountId: string; readonly id: string; readonly at: Date };

const work: Readonly<Record<Action, (stores: Stores, target: Target) => Promise<Moved>>> = {
  cancel: async (stores, { accountId, id, at }) => ({ deliveries: await stores.cancel(accountId, id, at) }),
  retry: async (stores, { accountId, id, at }) => ({ deliveries: await stores.retry(accountId, id, at) }),
  release: (stores, { accountId, id, at }) => stores.release(accountId, id, at),
};

/** The rows are due now or at `at`. When enqueueing fails, the sweeper finds them. */
async function enqueue(
  { message, deliveries }: Moved,
  { id, at }: { readonly id: string; readonly at?: Date | undefined },
  { jobs, log }: Dependencies,
): Promise<void> {
  const results = await Promise.allSettled([
    ...(deliveries.length > 0 ? [jobs.enqueue('delivery', deliveries)] : []),
    ...(message ? [jobs.enqueue('accepted', [id], at)] : []),
  ]);
  for (const result of results)
    if (result.status === 'rejected') log.warn({ err: result.reason, messageId: id }, 'not enqueued');
}

const words = {
  cancel: {
    summary:
      'Stop what has not been delivered yet; a message that is not prepared ends with all its recipients',
    description:
      'What is on its way at this moment, or has come to an end, stays as it is. A delivery that a server may have (`unknown`) is not sent again and stays `unknown`.',
    audit: 'message.cancelled',
    nothing: 'no delivery of this message is in a state to cancel',
  },
  retry: {
    summary: 'Try undelivered recipients again now, also those that were given up',
    description:
      'The same message to the recipients that do not have it; recipients with a final answer are left alone.',
    audit: 'message.retried',
    nothing:
      'no delivery of this message is in a state to retry: delivered, bounced, cancelled or suppressed',
  },
  release: {
    summary: 'Let go of a held message, or of its held deliveries',
    description: 'What was held goes on as if it had just come in.',
    audit: 'message.released',
    nothing: 'nothing of this message is held',
  },
} as const;

/** Refuses to release mail of a suspended account: it would be held again at once. */
async function requireActive(accountId: string, { stores }: Dependencies): Promise<void> {
  const account = await stores.accounts.one(accountId);
  if (account?.status === 'suspended') throw new Refusal('account_suspended');
}

/** For the audit log: the state of the message, and the deliveries that the action changed. */
const movedView = ({ message, deliveries }: MessageDetail, moved: Moved) => ({
  state: message.state,
  deliveries: deliveries
    .filter(({ id }) => moved.deliveries.includes(id))
    .map(deliveryView)
    .map(({ id, status, next_attempt_at }) => ({ id, status, next_attempt_at })),
});

async function act(
  action: Action,
  request: FastifyRequest<{ Params: { id: string } }>,
  dependencies: Dependencies,
) {
  const { stores, now } = dependencies;
  const accountId = accountOf(request);
  const id = innerId('msg', request.params.id);
  const before = found(await stores.messages.one(accountId, id));
  if (action !== 'cancel') await requireActive(accountId, dependencies);
  const done = await work[action](stores.messages, { accountId, id, at: now() });
  if (!done.message && done.deliveries.length === 0)
    throw new Refusal('conflict', { detail: words[action].nothing });
  if (action !== 'cancel') await enqueue(done, { id }, dependencies);
  const after = found(await stores.messages.one(accountId, id));
  noteChange(request, { before: movedView(before, done), after: movedView(after, done) });
  return { id: publicId('msg', id), deliveries: done.deliveries.map((one) => publicId('dlv', one)) };
}

/** A message can be moved until it is prepared; from then on its first attempt may have begun. */
function rescheduleRoute(app: App, dependencies: Dependencies): void {
  route(app, {
    method: 'PATCH',
    url: '/v1/messages/:id',
    operationId: 'rescheduleMessage',
    summary: 'Move the time at which a scheduled message is sent',
    description:
      'Works until the message is prepared for sending. The new time may be at most 30 days ahead.',
    tags: ['Messages'],
    params: idParams('msg'),
    body: rescheduleBody,
    answer: message,
    audit: 'message.rescheduled',

    refusals: ['conflict', 'send_time_refused'],
    run: async (request) => {
      const { stores, now } = dependencies;
      const accountId = accountOf(request);
      const id = innerId('msg', request.params.id);
      const before = messageView(found(await stores.messages.one(accountId, id)));
      const at = now();
      const sendAt = readScheduledAt(request.body.scheduled_at, at);
      if (!(await stores.messages.reschedule({ accountId, messageId: id, sendAt, at })))
        throw new Refusal('conflict', {
          detail: 'only a message that is scheduled and not yet prepared for sending can be moved',
        });
      await enqueue({ message: true, deliveries: [] }, { id, at: sendAt }, dependencies);
      const after = messageView(found(await stores.messages.one(accountId, id)));
      noteChange(request, {
        before: { scheduled_at: before.scheduled_at },
        after: { scheduled_at: after.scheduled_at },
      });
      return after;
    },
  });
}

export function messageActionRoutes(app: App, dependencies: Dependencies): void {
  rescheduleRoute(app, dependencies);
  for (const action of ['cancel', 'retry', 'release'] as const) {
    const { summary, description, audit } = words[action];
    route(app, {
      method: 'POST',
      url: `/v1/messages/:id/${action}`,
      operationId: `${action}Message`,
      summary,
      description,
      tags: ['Messages'],
      params: idParams('msg'),
      answer: moved,
      audit,

      refusals: ['conflict', 'account_suspended'],
      run: (request) => act(action, request, dependencies),
    });
  }
}
