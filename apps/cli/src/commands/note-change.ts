import { randomBytes } from 'node:crypto';
import type { Database } from '@waybill/io/postgres/connection/database';
import { auditLog } from '@waybill/io/postgres/management/audit-log';
import { makeId } from '@waybill/relay/id';

type View = Readonly<Record<string, unknown>>;

export type Noted = {
  /** The actor in the audit log: a person at the host of the installation has no key. */
  readonly command: string;
  readonly action: string;
  /** The public id. */
  readonly target: string;
  /** The view of the API, without secrets; absent: the object is new. */
  readonly before?: View;
  /** Absent: the object was removed. */
  readonly after?: View;
};

/** Writes the audit log entry of a change that a command made. */
export async function noteChange(database: Database, noted: Noted): Promise<void> {
  const { command: actor, action, target, before = null, after = null } = noted;
  const occurredAt = new Date();
  const id = makeId(occurredAt, randomBytes(10));
  await auditLog(database).append({ id, actor, action, target, detail: { before, after }, occurredAt });
}
