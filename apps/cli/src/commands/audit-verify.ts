/** `waybill audit verify`: whether an entry of the audit log was changed or removed. */
import { loadConfig } from '@waybill/io/config/config';
import { openDatabase } from '@waybill/io/postgres/connection/database';
import { auditLog } from '@waybill/io/postgres/management/audit-log';
import { publicId } from '@waybill/relay/id';
import type { Dependencies } from './dependencies.ts';

type Asked = {
  /** The hash that an earlier run printed. */
  readonly head: string | undefined;
  readonly isJson: boolean;
};

type Result = {
  readonly ok: boolean;
  readonly entries: number;
  readonly broken_at: string | null;
  readonly head: string;
  /** `null`: no hash was given. */
  readonly contains_head: boolean | null;
};

function* sentencesOf({ ok, entries, broken_at, head, contains_head }: Result): Generator<string> {
  if (broken_at === null) yield `The chain of ${entries} entries is whole. Its last hash: ${head}`;
  else
    yield `The chain is whole up to entry ${entries}. ${broken_at} does not fit: it, or the one before it, was changed, removed or put in.`;
  if (contains_head === true) yield 'The hash that you gave is in the chain.';
  if (contains_head === false)
    yield 'The hash that you gave is not in the chain: entries were removed from its end, or written anew.';
  if (!ok) yield 'Compare with a backup of the table audit_entry.';
}

/** Resolves to `false` when something does not fit. */
export async function verifyAuditLog({ env, say }: Dependencies, { head, isJson }: Asked): Promise<boolean> {
  const { DATABASE_URL } = loadConfig(env);
  const database = openDatabase({ url: DATABASE_URL, applicationName: 'waybill audit verify', poolSize: 1 });
  try {
    const log = auditLog(database);
    const { entries, brokenAt, ...check } = await log.verify();
    const contains = head === undefined ? null : await log.contains(head);
    const result: Result = {
      ok: check.ok && contains !== false,
      entries,
      broken_at: brokenAt === undefined ? null : publicId('aud', brokenAt),
      head: check.head,
      contains_head: contains,
    };
    if (isJson) say(JSON.stringify(result));
    else for (const sentence of sentencesOf(result)) say(sentence);
    return result.ok;
  } finally {
    await database.close();
  }
}
