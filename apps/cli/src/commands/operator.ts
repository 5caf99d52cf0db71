import { loadConfig } from '@waybill/io/config/config';
import { openDatabase } from '@waybill/io/postgres/connection/database';
import { parseAddress } from '@waybill/mail/address';
import { createOperator } from '@waybill/relay/people/operators';
import type { Dependencies } from './dependencies.ts';
import { callerOf, portsOf } from './on-host.ts';

const COMMAND = 'waybill operator create';

/** `waybill operator create EMAIL`: an operator of the platform, and a link that sets the password. Only the hash of the link is stored. */
export async function makeOperator({ env, say }: Dependencies, email: string): Promise<void> {
  if (parseAddress(email) === undefined)
    throw new Error(`${email} is not a mail address. Give one like ops@example.com`);
  const { DATABASE_URL, WAYBILL_PUBLIC_URL } = loadConfig(env);
  const database = openDatabase({ url: DATABASE_URL, applicationName: COMMAND, poolSize: 1 });
  try {
    const { token, row } = await createOperator(email, callerOf(COMMAND), portsOf(database));
    say(`${row.email} is an operator. This link sets the password, once within an hour:`);
    say(`${WAYBILL_PUBLIC_URL.replace(/\/+$/, '')}/password/${token}`);
  } finally {
    await database.close();
  }
}
