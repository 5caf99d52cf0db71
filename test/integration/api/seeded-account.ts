/** An account that has one of everything, so that every route has something to show and something to hide. */
import { randomBytes } from 'node:crypto';
import { openMessageStore } from '@waybill/io/postgres/mail-store/message-store';
import { encodePatch } from '@waybill/mail/patch';
import { deliveryIdOf, makeId, parsePublicId, publicId } from '@waybill/relay/id';
import { addMember, makeUser } from './people.ts';
import type { TestAccount, TestApi } from './test-api.ts';

export type Seeded = TestAccount & {
  /** By the collection in the path: `messages` → a message of this account. */
  readonly ids: Readonly<Record<string, string>>;
  readonly from: string;
  readonly suppressed: string;
};

const newId = (): string => makeId(new Date(), randomBytes(10));

export const rawMail = (to: string): Buffer =>
  Buffer.from(`From: app@acme.test\r\nTo: ${to}\r\nSubject: Caught\r\n\r\nHello\r\n`);

/** As the worker would leave it: one delivery with an empty patch. */
async function prepare(api: TestApi, account: TestAccount, publicMessageId: string): Promise<string> {
  const messageId = parsePublicId('msg', publicMessageId) ?? '';
  const id = deliveryIdOf(messageId, 0);
  const {
    rows: [message],
  } = await api.dependencies.stores.messages.list(account.innerId, { limit: 1 });
  const at = new Date();
  await openMessageStore({ database: api.test.database }).savePrepared({
    messageId,
    accountId: account.innerId,
    streamId: message?.streamId,
    resolution: {
      accountId: account.innerId,
      credentialId: undefined,
      by: 'auth',
      reason: 'it said so',
      rejected: [],
    },
    notes: [],
    sandbox: false,
    deliveries: [
      {
        id,
        recipient: 'ada@example.com',
        index: 0,
        status: 'queued',
        reason: 'It waits for its first attempt.',
        returnPath: 'b@bounces.test',
        patch: encodePatch([]),
        notes: [{ step: 'sign-dkim', what: 'nothing signed' }],
        expiresAt: new Date(at.getTime() + 172_800_000),
      },
    ],
    at,
  });
  return publicId('dlv', id);
}

async function makeRule(api: TestApi, number: number): Promise<string> {
  const rule = { pattern: `seeded ${number}`, category: 'other', party: 'policy' };
  return (await api.operator('POST /v1/admin/bounce-rules', rule)).body.id;
}

export async function seedAccount(api: TestApi, number: number): Promise<Seeded> {
  const account = await api.makeAccount(`Seeded ${number}`);
  const { ask } = account;
  const from = `app@seeded-${number}.test`;
  const suppressed = `no-${number}@example.com`;
  const make = async (path: string, body: unknown): Promise<string> => {
    const answer = await ask(`POST ${path}`, body);
    if (answer.status >= 300) throw new Error(`${path}: ${answer.raw.body}`);
    return answer.body.id;
  };
  const address = await account.mayBeFrom(from);
  const message = await make('/v1/messages', {
    from,
    to: 'ada@example.com',
    subject: `Secret ${number}`,
    text: 'Hi',
  });
  const delivery = await prepare(api, account, message);
  const caught = newId();
  await api.dependencies.stores.sandbox.save({
    id: caught,
    accountId: account.innerId,
    mailFrom: 'b@bounces.test',
    rcptTo: `ada-${number}@example.com`,
    heloName: 'localhost',
    bytes: rawMail(`ada-${number}@example.com`),
    receivedAt: new Date(),
  });
  await ask('POST /v1/suppressions', { address: suppressed });
  const webhook = await make('/v1/webhooks', { url: `https://hooks-${number}.example/` });
  const spare = newId();
  await api.dependencies.stores.apiKeys.create({
    id: spare,
    kind: 'admin',
    name: 'spare',
    secretHash: randomBytes(32),
    scopes: ['admin:*'],
    createdAt: new Date(),
  });
  const member = await makeUser(api);
  await addMember(api, member, { accountId: account.innerId, role: 'developer' });
  const ids = {
    messages: message,
    deliveries: delivery,
    erasures: await make(`/v1/recipients/erased-${number}%40example.com/erasure`, undefined),
    streams: await make('/v1/streams', { name: `news-${number}` }),
    'smtp-credentials': await make('/v1/smtp-credentials', { name: 'app' }),
    'api-keys': await make('/v1/api-keys', { name: 'spare' }),
    'root-domains': await make('/v1/domains', { domain: `resend-${number}.example` }),
    'root-api-keys': await make('/v1/api-keys', { name: 'spare' }),
    'ip-networks': await make('/v1/ip-networks', { cidr: `93.184.${number}.0/24` }),
    'from-addresses': address,
    domains: await make('/v1/domains', { domain: `seeded-${number}.example` }),
    webhooks: webhook,
    'root-webhooks': await make('/v1/webhooks', { url: `https://resend-${number}.example/` }),
    'webhook-deliveries': await make(`/v1/webhooks/${webhook}/test`, undefined),
    sandbox: publicId('box', caught),
    accounts: account.id,
    'bounce-rules': await makeRule(api, number),
    'operator-keys': publicId('key', spare),
    me: publicId('ses', newId()),
    members: member.id,
    users: member.id,
    invitations: await make('/v1/invitations', { email: `invited-${number}@example.com`, role: 'viewer' }),
  };
  return { ...account, ids, from, suppressed };
}
