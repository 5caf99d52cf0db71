/** Mail of the product as the API accepted it, and the links in it. */
import assert from 'node:assert/strict';
import { PLATFORM_ACCOUNT_ID } from '@waybill/relay/domains/sender-standing';
import { eventually } from '../../support/eventually.ts';
import type { Json, TestApi } from './test-api.ts';

const mailSql = `
  SELECT m.envelope, convert_from(c.bytes, 'UTF8') AS text FROM message m JOIN message_content c ON c.message_id = m.id
  WHERE m.account_id = $1 ORDER BY m.id`;

/** The oldest first. */
export async function mailsTo({ test }: TestApi, address: string): Promise<readonly string[]> {
  const { rows } = await test.database.pool.query(mailSql, [PLATFORM_ACCOUNT_ID]);
  return rows
    .filter((row: Json) => row.envelope.rcptTo.includes(address))
    .map((row: Json) => row.text as string);
}

/** The token in the mail with this number to the address, from 1. */
export async function tokenMailedTo(api: TestApi, address: string, number = 1): Promise<string> {
  const mail = await eventually(
    `mail ${number} to ${address}`,
    async () => (await mailsTo(api, address))[number - 1],
  );
  const [token] = /wb_link_[0-9a-z]{32}/.exec(mail) ?? [];
  assert.ok(token, mail);
  return token;
}
