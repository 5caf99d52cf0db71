/** The API on a real, fresh database: opened by the same code as in production, asked by `inject`. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { loadConfig } from '@waybill/io/config/config';
import { openLog } from '@waybill/io/log/log';
import { openMetrics } from '@waybill/io/metrics/metrics';
import { makeApiKey } from '@waybill/io/secrets/generated-secret';
import { makeId, publicId } from '@waybill/relay/id';
import type { InjectOptions, LightMyRequestResponse } from 'fastify';
import { buildApp } from '../../../apps/api/src/app.ts';
import type { App, Dependencies } from '../../../apps/api/src/dependencies.ts';
import { openDependencies } from '../../../apps/api/src/open-dependencies.ts';
import { openTestDatabase, type TestDatabase } from '../../support/database.ts';
import { noteRefusals } from '../../support/refusals-met.ts';

// biome-ignore lint/suspicious/noExplicitAny: answers are looked into by assertions, which say what they expect
export type Json = any;

export type Answer = { readonly status: number; readonly body: Json; readonly raw: LightMyRequestResponse };
/** `ask('POST /v1/messages', body)`. */
export type Ask = (what: string, body?: unknown, headers?: Record<string, string>) => Promise<Answer>;

export type TestApi = {
  readonly app: App;
  readonly dependencies: Dependencies;
  readonly test: TestDatabase;
  /** By the operator's key, for no account. */
  readonly operator: Ask;
  readonly operatorKey: string;
  /** With any key, or none. */
  as(key: string | undefined, headers?: Record<string, string>): Ask;
  makeAccount(name?: string): Promise<TestAccount>;
  close(): Promise<void>;
};

export type TestAccount = {
  readonly id: string;
  /** UUID. */
  readonly innerId: string;
  readonly key: string;
  readonly ask: Ask;
  /** Registers an address of no verified domain, and the operator vouches for it. Its public id. */
  mayBeFrom(address: string): Promise<string>;
};

export type Overrides = {
  readonly env?: Record<string, string>;
  readonly dependencies?: Partial<Dependencies>;
};

const jsonOf = (text: string): Json => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const templates = new WeakMap<App, readonly (readonly [pattern: RegExp, operations: Json])[]>();

/** Paths without a parameter come first, as the router has it. */
function templatesOf(app: App): readonly (readonly [pattern: RegExp, operations: Json])[] {
  const known = templates.get(app);
  if (known !== undefined) return known;
  const paths = Object.entries<Json>((app.swagger() as Json).paths).toSorted(
    ([one], [other]) => Number(one.includes('{')) - Number(other.includes('{')),
  );
  const made = paths.map(
    ([path, operations]) => [new RegExp(`^${path.replaceAll(/\{[^}]*\}/g, '[^/]+')}$`), operations] as const,
  );
  templates.set(app, made);
  return made;
}

type Answered = { readonly method: string; readonly url: string; readonly answer: LightMyRequestResponse };

/** Notes a refusal. Every code that any test meets is one that the description of the API names for that operation. */
function requireDocumented(app: App, { method, url, answer }: Answered): void {
  if (answer.statusCode < 400) return;
  noteRefusals('http', answer.body);
  const code = jsonOf(answer.body)?.code;
  const operations = templatesOf(app).find(([pattern]) => pattern.test(url.split('?')[0] ?? ''))?.[1];
  const operation = operations?.[method.toLowerCase()];
  if (code === undefined || operation === undefined) return;
  const content = operation.responses[answer.statusCode]?.content['application/problem+json'];
  assert.ok(
    content?.examples[code],
    `${method} ${url} answered ${answer.statusCode} ${code}, which is not described`,
  );
}

const askWith =
  (app: App, fixed: Record<string, string>): Ask =>
  async (what, body, headers = {}) => {
    const [method = '', url = ''] = what.split(' ');
    const isRaw = typeof body === 'string' || Buffer.isBuffer(body);
    const options: InjectOptions = {
      method: method as 'GET',
      url,
      headers: { ...fixed, ...headers },
      ...(body === undefined ? {} : { payload: isRaw ? body : JSON.stringify(body) }),
    };
    if (body !== undefined && !isRaw)
      options.headers = { 'content-type': 'application/json', ...options.headers };
    const raw = await app.inject(options);
    requireDocumented(app, { method, url, answer: raw });
    return { status: raw.statusCode, body: jsonOf(raw.body), raw };
  };

export async function openTestApi({
  env = {},
  dependencies: changes = {},
}: Overrides = {}): Promise<TestApi> {
  const test = await openTestDatabase();
  const config = loadConfig({
    DATABASE_URL: test.url,
    WAYBILL_MASTER_KEY: randomBytes(32).toString('hex'),
    LOG_LEVEL: 'silent',
    // Nothing listens there: without a look-up of its own a test gets no answer of DNS.
    RESOLVER: '127.0.0.1:1',
    ...env,
  });
  const log = openLog({ level: 'silent', name: 'api' });
  const opened = await openDependencies({
    config,
    log,
    metrics: openMetrics('api'),
    now: () => new Date(),
    random: randomBytes,
  });
  const dependencies: Dependencies = { ...opened.dependencies, ...changes };
  const app = await buildApp(dependencies);
  const as = (key: string | undefined, headers: Record<string, string> = {}): Ask =>
    askWith(app, key === undefined ? headers : { authorization: `Bearer ${key}`, ...headers });
  const now = new Date();
  const keyId = makeId(now, randomBytes(10));
  const { text: operatorKey, secretHash } = makeApiKey('admin', keyId);
  await dependencies.stores.apiKeys.create({
    id: keyId,
    kind: 'admin',
    name: 'test',
    secretHash,
    scopes: ['admin:*'],
    createdAt: now,
  });
  const operator = as(operatorKey);
  let count = 0;
  return {
    app,
    dependencies,
    test,
    operator,
    operatorKey,
    as,
    async makeAccount(name = `Account ${count++}`) {
      const { id } = (await operator('POST /v1/admin/accounts', { name })).body;
      const inside = { 'waybill-account': id };
      const { key } = (await operator('POST /v1/api-keys', { name: 'test' }, inside)).body;
      const ask = as(key);
      const rows = await test.database.pool.query('SELECT id FROM account');
      const innerId = rows.rows.find((row: Json) => publicId('acc', row.id) === id).id;
      const mayBeFrom = async (address: string): Promise<string> => {
        const made = await operator('POST /v1/from-addresses', { address }, inside);
        const vouched = await operator(`POST /v1/from-addresses/${made.body.id}/vouch`, undefined, inside);
        if (vouched.status !== 200) throw new Error(made.raw.body + vouched.raw.body);
        return made.body.id;
      };
      return { id, innerId, key, ask, mayBeFrom };
    },
    async close() {
      await app.close();
      for (const closer of [...opened.closers].reverse()) await closer.close();
      await test.close();
    },
  };
}
