/** `waybill message …`: mail of an account, and what a person does about it. */
import { parsePublicId, publicId } from '@waybill/relay/id';
import { found } from '@waybill/relay/management/found';
import { actOnMessage } from '@waybill/relay/management/message-actions';
import { isoOrNull, orNull } from '@waybill/relay/management/or-null';
import type { MessageAction } from '@waybill/relay/management/records';
import { entryView } from '@waybill/relay/trace/entry-view';
import { traceOf } from '@waybill/relay/trace/trace';
import { details, table } from './output.ts';
import type { Session } from './session.ts';

const NEWEST = 50;

function idOf(text: string): string {
  const id = parsePublicId('msg', text);
  if (id === undefined)
    throw new Error(`${text} is no message id.\nFix: waybill message list shows ids like msg_….`);
  return id;
}

type Messages = Session['ports']['stores']['messages'];
type Row = Awaited<ReturnType<Messages['list']>>['rows'][number];
type Detail = NonNullable<Awaited<ReturnType<Messages['one']>>>;

const rowView = (row: Row) => ({
  id: publicId('msg', row.id),
  state: row.state,
  statuses: [...new Set(row.statuses)],
  from: orNull(row.headerFrom ?? row.mailFrom),
  recipients: [...row.recipients],
  subject: orNull(row.subject),
  created_at: row.acceptedAt.toISOString(),
});

const deliveryView = (row: Detail['deliveries'][number]) => ({
  id: publicId('dlv', row.id),
  recipient: row.recipient,
  status: row.status,
  attempts: row.attempts,
  next_attempt_at: isoOrNull(row.nextAttemptAt),
  reason: row.reason,
});

export async function listMessages(session: Session, q: string | undefined): Promise<void> {
  const { id } = await session.account();
  const page = { limit: NEWEST, ...(q !== undefined && { q }) };
  const { rows } = await session.ports.stores.messages.list(id, page);
  const views = rows.map(rowView);
  const lines = views.map(({ id: message, state, statuses, created_at: created, recipients, subject }) => ({
    id: message,
    created,
    status: statuses.join(', ') || state,
    to: recipients.length === 1 ? recipients[0] : `${recipients.length} recipients`,
    subject,
  }));
  session.print({ object: 'list', data: views }, table(lines, 'This account has no message.'));
}

async function show(session: Session, accountId: string, id: string): Promise<void> {
  const { message, deliveries } = found(await session.ports.stores.messages.one(accountId, id));
  const view = { ...rowView(message), deliveries: deliveries.map(deliveryView) };
  session.print(view, `${details(view)}\n\n${table(view.deliveries, 'It has no delivery yet.')}`);
}

export async function showMessage(session: Session, text: string): Promise<void> {
  const { id } = await session.account();
  await show(session, id, idOf(text));
}

/** Every step of the message in causal order, with its reason. */
export async function traceMessage(session: Session, text: string): Promise<void> {
  const { id: accountId } = await session.account();
  const detail = found(await session.ports.stores.messages.one(accountId, idOf(text)));
  const { reason, entries } = traceOf(detail);
  const view = { id: text, state: detail.message.state, reason, entries: entries.map(entryView) };
  const recipients = new Map(detail.deliveries.map((row) => [publicId('dlv', row.id), row.recipient]));
  const lines = view.entries.map(({ at, delivery_id: delivery, step, what, reason: why }) => ({
    at,
    recipient: delivery === null ? null : recipients.get(delivery),
    step,
    what,
    reason: why,
  }));
  session.print(view, `${details(view)}\n\n${table(lines, 'Nothing happened yet.')}`);
}

export async function actOn(session: Session, action: MessageAction, text: string): Promise<void> {
  const { id: accountId } = await session.account();
  const id = idOf(text);
  await actOnMessage({ action, id }, session.caller(accountId), session.ports);
  await show(session, accountId, id);
}
