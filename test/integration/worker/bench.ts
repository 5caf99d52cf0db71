import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { openMemoryBudget } from '@waybill/io/concurrency/memory-budget';
import { openLog } from '@waybill/io/log/log';
import { openMetrics } from '@waybill/io/metrics/metrics';
import { isConnectionTrouble } from '@waybill/io/postgres/connection/connection-trouble';
import type { Database } from '@waybill/io/postgres/connection/database';
import { openDirectory } from '@waybill/io/postgres/directory/directory';
import { sealText, secretContexts } from '@waybill/io/postgres/directory/secret-context';
import { submissionKeys } from '@waybill/io/postgres/directory/submission-keys';
import { suppressionList } from '@waybill/io/postgres/directory/suppression-list';
import { usage } from '@waybill/io/postgres/directory/usage';
import { openMessageStore } from '@waybill/io/postgres/mail-store/message-store';
import { openPreparation } from '@waybill/io/preparing/preparation';
import { deriveKeys } from '@waybill/io/secrets/keys';
import { openSecretBox } from '@waybill/io/secrets/secret-box';
import { accept } from '@waybill/relay/accept';
import { makeId } from '@waybill/relay/id';
import type { JobProducer } from '@waybill/relay/ports';
import type { Submission } from '@waybill/relay/submission/submission';
import { makeTrackingKey } from '@waybill/relay/tracking/token';
import type { AcceptedPorts } from '../../../apps/worker/src/on-accepted.ts';
import { openTestDatabase } from '../../support/database.ts';

export const anId = (): string => makeId(new Date(), randomBytes(10));

const masterKey = Buffer.from(Array.from({ length: 32 }, (_, index) => index * 7 + 1));
const keys = deriveKeys(masterKey);
const box = openSecretBox(masterKey);

const pems = {
  rsa: generateKeyPairSync('rsa', { modulusLength: 2048 }),
  ed25519: generateKeyPairSync('ed25519'),
};
type Algorithm = keyof typeof pems;

const publicTexts: Readonly<Record<Algorithm, string>> = {
  rsa: pems.rsa.publicKey.export({ type: 'spki', format: 'der' }).toString('base64'),
  // RFC 8463 §4: the 32 bytes of the key itself.
  ed25519: pems.ed25519.publicKey.export({ type: 'spki', format: 'der' }).subarray(-32).toString('base64'),
};

/** What a resolver would say of the keys of every domain here. */
export const publishedKey = async (name: string): Promise<string[][]> => {
  const algorithm = name.split('.')[0] as Algorithm;
  return [[`v=DKIM1; k=${algorithm}; p=${publicTexts[algorithm]}`]];
};

async function addDomain(database: Database, accountId: string, domain: string): Promise<void> {
  const domainId = anId();
  await database.pool.query(
    `INSERT INTO sender_domain (id, account_id, domain, status, verified_at) VALUES ($1, $2, $3, 'verified', now())`,
    [domainId, accountId, domain],
  );
  for (const algorithm of ['rsa', 'ed25519'] as const) {
    const keyId = anId();
    const pem = pems[algorithm].privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    await database.pool.query(
      `INSERT INTO dkim_key (id, sender_domain_id, selector, algorithm, public_key, private_key_box)
       VALUES ($1, $2, $3, $3, $4, $5)`,
      [
        keyId,
        domainId,
        algorithm,
        publicTexts[algorithm],
        sealText(box, pem, secretContexts.dkimPrivateKey(keyId)),
      ],
    );
  }
}

export type Submitted = {
  readonly rcptTo?: readonly string[];
  readonly from?: string;
  readonly clientIp?: string;
  readonly credentialId?: string;
  /** Header fields. */
  readonly extra?: string;
  /** At the end of the body. */
  readonly more?: string;
};

const bytesOf = ({ from = 'app@acme.test', extra = '', more = '' }: Submitted): Buffer =>
  Buffer.from(
    `From: App <${from}>\r\nTo: someone@rcpt.example\r\nBcc: hidden@rcpt.example\r\nSubject: Hello\r\n${extra}` +
      'MIME-Version: 1.0\r\nContent-Type: text/html; charset=utf-8\r\n\r\n' +
      '<p>Hello, <a href="https://acme.test/x?a=1&amp;b=2">look</a>.</p>\r\n' +
      more,
  );

type Dependencies = { readonly ports: AcceptedPorts; readonly database: Database };

export const preparation = openPreparation({
  tracking: { baseUrl: 'https://t.waybill.test', key: makeTrackingKey(1, keys.tracking.secret) },
  returnPath: { domain: 'bounces.waybill.test', key: keys.returnPath },
  platformDomain: 'waybill.test',
  platformSignature: false,
});

function openDependencies(database: Database, jobs: JobProducer): AcceptedPorts {
  return {
    directory: openDirectory({ database, box, ttlMs: 1 }),
    suppressions: suppressionList(database),
    messages: openMessageStore({ database }),
    jobs,
    headerKeys: [keys.headerMac],
    prepare: async (given) => preparation.prepare(given),
    memory: openMemoryBudget(),
    isTrouble: isConnectionTrouble,
    now: () => new Date(),
    log: openLog({ level: 'silent', name: 'test' }),
    metrics: openMetrics('test'),
  };
}

const session = (clientIp = '192.0.2.10'): Submission['session'] => ({
  via: 'smtp',
  clientIp,
  heloName: 'app.example',
  protocol: 'ESMTPSA',
  tls: undefined,
  listener: 'submission',
  mechanism: 'PLAIN',
});

/** Through the real door, as a session that has authenticated. */
async function submit(
  { ports, database }: Dependencies,
  accountId: string,
  submitted: Submitted,
): Promise<string> {
  const { from = 'app@acme.test', rcptTo = ['ada@rcpt.example'], clientIp } = submitted;
  const submission: Submission = {
    envelope: { mailFrom: from, rcptTo, smtpUtf8: false, body: '8bitmime' },
    bytes: bytesOf(submitted),
    session: session(clientIp),
    authenticated: { accountId, credentialId: submitted.credentialId ?? anId() },
    networks: [],
  };
  const accepted = await accept(
    submission,
    { ...ports, usage: usage(database), keys: submissionKeys(database) },
    {
      now: () => new Date(),
      random: randomBytes,
      headerKeys: [keys.headerMac],
      hostName: 'smtp.waybill.test',
      maxMessageBytes: 1_000_000,
      maxRecipients: 100,
      onEnqueueFailure: () => undefined,
    },
  );
  return accepted.messageId;
}

/** The door and the worker on one real database. The job queue keeps what was enqueued. */
export async function openBench() {
  const db = await openTestDatabase();
  const { database } = db;
  const enqueued: { queue: string; id: string }[] = [];
  const ports = openDependencies(database, {
    enqueue: async (queue, ids) => void enqueued.push(...ids.map((id) => ({ queue, id }))),
  });
  const query = async (sql: string, values: readonly unknown[] = []) =>
    (await database.pool.query(sql, values as unknown[])).rows;
  const source = async (id: string): Promise<Buffer> =>
    (await query('SELECT bytes FROM message_content WHERE message_id = $1', [id]))[0].bytes;
  return {
    database,
    ports,
    enqueued,
    query,
    keys,
    source,
    submit: (accountId: string, submitted: Submitted = {}) =>
      submit({ ports, database }, accountId, submitted),
    async addAccount(domain: string): Promise<string> {
      const id = anId();
      await query('INSERT INTO account (id, name) VALUES ($1, $2)', [id, domain]);
      await query(`INSERT INTO stream (id, account_id, name, is_default) VALUES ($1, $2, 'default', true)`, [
        anId(),
        id,
      ]);
      await addDomain(database, id, domain);
      return id;
    },
    addNetwork: (accountId: string, network: string) =>
      query('INSERT INTO ip_network (id, account_id, network) VALUES ($1, $2, $3)', [
        anId(),
        accountId,
        network,
      ]),
    message: async (id: string) => (await query('SELECT * FROM message WHERE id = $1', [id]))[0],
    deliveries: (id: string) =>
      query('SELECT * FROM delivery WHERE message_id = $1 ORDER BY recipient_index', [id]),
    /** Changes the bytes as they lie in the database. */
    async alter(id: string, change: (text: string) => string): Promise<void> {
      const bytes = Buffer.from(change((await source(id)).toString('latin1')), 'latin1');
      await query('UPDATE message_content SET bytes = $2, is_seven_bit = false WHERE message_id = $1', [
        id,
        bytes,
      ]);
    },
    close: () => db.close(),
  };
}
export type Bench = Awaited<ReturnType<typeof openBench>>;
