import { randomBytes } from 'node:crypto';
import type { Database } from '@waybill/io/postgres/connection/database';
import { auditLog } from '@waybill/io/postgres/management/audit-log';
import { makeId } from '@waybill/relay/id';

type View = Readonly<Record<string, unknown>>;

export type Noted = {
  /** A person at the host of the installation has no key: the actor is the command. */
  readonly command: string;
  readonly action: string;
  /** Public id. */
  readonly target: string;
  /** As the API shows it, without secrets; absent: it is new. */
  readonly before?: View;
  /** Absent: it is gone. */
  readonly after?: View;
};

/** One entry of the audit log about a change that a command made. */
export async function noteChange(database: Database, noted: Noted): Promise<void> {
  const { command: actor, action, target, before = null, after = null } = noted;
  const occurredAt = new Date();
  const id = makeId(occurredAt, randomBytes(10));
  await auditLog(database).append({ id, actor, action, target, detail: { before, after }, occurredAt });
}
