/** An action on all messages that a filter selects, in slices. */
import { audit, type Caller } from './audit.ts';
import { type ActionPorts, auditOf, move, requireActive } from './message-actions.ts';
import type { MessageFilter } from './message-filter.ts';
import { accountOf } from './principal.ts';
import type { MessageAction, Moved } from './records.ts';

/** Messages in a statement. Transactions are short, so that the delivery of mail does not wait for their locks. */
const SLICE = 500;
/** How long one request works. The next request goes on after `next`. */
const WORK_MS = 20_000;

export type BulkAction = {
  readonly action: MessageAction;
  readonly filter: MessageFilter;
  /** The filter as the client wrote it, for the audit log. */
  readonly shownFilter: Readonly<Record<string, unknown>>;
  /** Counts, and changes nothing. */
  readonly isDryRun: boolean;
  /** Messages below this id only: where the request before ended. */
  readonly after: string | undefined;
};

export type BulkResult = {
  /** Messages that the filter selects and that the action can change. */
  readonly matched: number;
  /** Messages that were changed. */
  readonly changed: number;
  /** Older messages were not looked at yet. */
  readonly next: string | undefined;
};

const changedMessages = ({ messages, deliveries }: Moved): number =>
  new Set([...messages, ...deliveries.map(({ messageId }) => messageId)]).size;

async function note(asked: BulkAction, changed: number, { caller, ports }: Work): Promise<void> {
  if (changed === 0) return;
  const change = { action: auditOf(asked.action), target: `${changed} messages` };
  const after = { messages: changed, filter: asked.shownFilter };
  await audit(caller, { ...change, before: { messages: 0 }, after }, ports);
}

type Work = { readonly caller: Caller; readonly ports: ActionPorts };

/** Works through the messages, newest first. What was changed before an error is in the audit log too. */
async function workThrough(asked: BulkAction, work: Work, count: { matched: number; changed: number }) {
  const { ports } = work;
  const accountId = accountOf(work.caller);
  const end = ports.now().getTime() + WORK_MS;
  let { after } = asked;
  do {
    const page = { ...asked.filter, limit: SLICE, ...(after === undefined ? {} : { after }) };
    const { ids, next } = await ports.stores.messages.actionable(accountId, asked.action, page);
    count.matched += ids.length;
    if (!asked.isDryRun && ids.length > 0)
      count.changed += changedMessages(await move(asked.action, { accountId, ids }, ports));
    after = next;
  } while (after !== undefined && ports.now().getTime() < end);
  return after;
}

export async function actOnMessages(
  asked: BulkAction,
  caller: Caller,
  ports: ActionPorts,
): Promise<BulkResult> {
  const accountId = accountOf(caller);
  if (asked.action !== 'cancel') await requireActive(accountId, ports);
  const count = { matched: 0, changed: 0 };
  const work = { caller, ports };
  try {
    const next = await workThrough(asked, work, count);
    return { ...count, next };
  } finally {
    await note(asked, count.changed, work);
  }
}
