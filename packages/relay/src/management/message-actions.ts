/** What a person does about mail that waits or was given up: cancel, retry, release, and another time to send. */
import { publicId } from '../id.ts';
import type { JobProducer } from '../ports.ts';
import { Refusal } from '../refusal.ts';
import { requireActiveAccount } from '../require-active.ts';
import { audit, type Caller } from './audit.ts';
import { found } from './found.ts';
import { isoOrNull } from './or-null.ts';
import { accountOf } from './principal.ts';
import type { MessageAction, MessageStanding, Moved } from './records.ts';
import type { Ports } from './stores.ts';

export type ActionPorts = Ports<'messages' | 'accounts'> & {
  readonly jobs: JobProducer;
  readonly log: { warn(fields: Readonly<Record<string, unknown>>, message: string): void };
};

type Words = { readonly audit: string; readonly nothing: string };

const words: Readonly<Record<MessageAction, Words>> = {
  cancel: { audit: 'message.cancelled', nothing: 'no delivery of this message is in a state to cancel' },
  retry: {
    audit: 'message.retried',
    nothing:
      'no delivery of this message is in a state to retry: delivered, bounced, cancelled or suppressed',
  },
  release: { audit: 'message.released', nothing: 'nothing of this message is held' },
};

/** The action in the audit log. */
export const auditOf = (action: MessageAction): string => words[action].audit;

/** The rows are due now or at `at`. When enqueueing fails, the sweeper finds them. */
async function enqueue({ messages, deliveries }: Moved, ports: ActionPorts, at?: Date): Promise<void> {
  const { jobs, log } = ports;
  const ids = deliveries.map(({ id }) => id);
  const results = await Promise.allSettled([
    ...(ids.length > 0 ? [jobs.enqueue('delivery', ids)] : []),
    ...(messages.length > 0 ? [jobs.enqueue('accepted', messages, at)] : []),
  ]);
  for (const result of results)
    if (result.status === 'rejected') log.warn({ err: result.reason }, 'not enqueued');
}

/** Refuses to send mail of a suspended account: it would be held again at once. */
export async function requireActive(
  accountId: string,
  { stores }: Pick<ActionPorts, 'stores'>,
): Promise<void> {
  const account = await stores.accounts.one(accountId);
  if (account !== undefined) requireActiveAccount(account);
}

/** Changes the messages, and enqueues what is to be sent. */
export async function move(
  action: MessageAction,
  { accountId, ids }: { readonly accountId: string; readonly ids: readonly string[] },
  ports: ActionPorts,
): Promise<Moved> {
  const moved = await ports.stores.messages[action](accountId, ids, ports.now());
  if (action !== 'cancel') await enqueue(moved, ports);
  return moved;
}

/** For the audit log: the state of the message, and the deliveries that the action changed. */
const movedView = ({ message, deliveries }: MessageStanding, moved: ReadonlySet<string>) => ({
  state: message.state,
  deliveries: deliveries
    .filter(({ id }) => moved.has(id))
    .map(({ id, status, nextAttemptAt }) => ({
      id: publicId('dlv', id),
      status,
      next_attempt_at: isoOrNull(nextAttemptAt),
    })),
});

/** Returns the ids of the deliveries that changed; refuses when nothing of the message can be changed. */
export async function actOnMessage(
  { action, id }: { readonly action: MessageAction; readonly id: string },
  caller: Caller,
  ports: ActionPorts,
): Promise<readonly string[]> {
  const { messages } = ports.stores;
  const accountId = accountOf(caller);
  const before = found(await messages.one(accountId, id));
  if (action !== 'cancel') await requireActive(accountId, ports);
  const moved = await move(action, { accountId, ids: [id] }, ports);
  const deliveries = moved.deliveries.map((delivery) => delivery.id);
  if (moved.messages.length === 0 && deliveries.length === 0)
    throw new Refusal('conflict', { detail: words[action].nothing });
  const after = found(await messages.one(accountId, id));
  const changed = new Set(deliveries);
  const states = { before: movedView(before, changed), after: movedView(after, changed) };
  await audit(caller, { action: auditOf(action), target: publicId('msg', id), ...states }, ports);
  return deliveries;
}

const scheduleView = ({ message }: MessageStanding) => ({ scheduled_at: isoOrNull(message.scheduledAt) });

/** A message can be moved until it is prepared; from then on its first attempt may have begun. */
export async function rescheduleMessage(
  { id, sendAt }: { readonly id: string; readonly sendAt: Date | undefined },
  caller: Caller,
  ports: ActionPorts,
): Promise<void> {
  const { messages } = ports.stores;
  const accountId = accountOf(caller);
  const before = found(await messages.one(accountId, id));
  if (!(await messages.reschedule({ accountId, messageId: id, sendAt, at: ports.now() })))
    throw new Refusal('conflict', {
      detail: 'only a message that is scheduled and not yet prepared for sending can be moved',
    });
  await enqueue({ messages: [id], deliveries: [] }, ports, sendAt);
  const after = found(await messages.one(accountId, id));
  const states = { before: scheduleView(before), after: scheduleView(after) };
  await audit(caller, { action: 'message.rescheduled', target: publicId('msg', id), ...states }, ports);
}
