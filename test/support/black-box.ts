import assert from 'node:assert/strict';
import { type Client, openClient } from '@waybill/client/client';
import { dkimVerify } from 'mailauth/lib/dkim/verify.js';
import nodemailer from 'nodemailer';
import type { DevFile } from '../../apps/cli/src/dev/dev-file.ts';
import { eventually } from './eventually.ts';
import { noteRefusals } from './refusals-met.ts';

/** The product from outside: HTTP with a key, SMTP with a client of others, and what the sandbox MX received. */
export type Api = {
  get<T = Json>(path: string): Promise<T>;
  post<T = Json>(path: string, body?: unknown): Promise<T>;
  patch<T = Json>(path: string, body: unknown): Promise<T>;
  remove(path: string): Promise<void>;
  raw(path: string): Promise<Buffer>;
};
// biome-ignore lint/suspicious/noExplicitAny: answers are looked into by assertions, which say what they expect
export type Json = any;

export type ApiAccess = { readonly url: string; readonly key: string; readonly accountId?: string };

export function apiOf({ url, key, accountId }: ApiAccess): Api {
  const ask = async (method: string, path: string, body?: unknown): Promise<Response> => {
    const response = await fetch(new URL(path, url), {
      method,
      headers: {
        authorization: `Bearer ${key}`,
        ...(accountId === undefined ? {} : { 'waybill-account': accountId }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!response.ok) {
      const problem = await response.text();
      noteRefusals('http', problem);
      throw Object.assign(new Error(`${method} ${path}: ${response.status} ${problem}`), {
        status: response.status,
      });
    }
    return response;
  };
  return {
    get: async (path) => (await ask('GET', path)).json() as Promise<never>,
    post: async (path, body = {}) => (await ask('POST', path, body)).json() as Promise<never>,
    patch: async (path, body) => (await ask('PATCH', path, body)).json() as Promise<never>,
    remove: async (path) => void (await ask('DELETE', path)),
    raw: async (path) => Buffer.from(await (await ask('GET', path)).arrayBuffer()),
  };
}

export const firstAccount = (dev: DevFile): Api => apiOf({ url: dev.api.url, key: dev.api.key });
export const secondAccount = (dev: DevFile): Api => apiOf({ url: dev.api.url, key: dev.second.apiKey });
export const operator = (dev: DevFile): Api => apiOf({ url: dev.api.url, key: dev.api.operatorKey });

let count = 0;
/** A recipient that no other scenario uses. */
export const freshRecipient = (name = 'ada', domain = 'example.com'): string =>
  `${name}+${process.pid}-${Date.now().toString(36)}-${count++}@${domain}`;

export type Caught = {
  readonly id: string;
  readonly mail_from: string;
  readonly rcpt_to: string;
  readonly raw: Buffer;
};

/** What the recipient got: waits for it. */
export async function caughtBy(api: Api, recipient: string, seconds = 10): Promise<Caught> {
  const list = await api.get<{ data: Omit<Caught, 'raw'>[] }>(
    `/v1/sandbox/messages?to=${encodeURIComponent(recipient)}&wait=${seconds}`,
  );
  const caught = list.data[0];
  assert.ok(caught, `nothing arrived for ${recipient} within ${seconds} s`);
  return { ...caught, raw: await api.raw(`/v1/sandbox/messages/${caught.id}/raw`) };
}

export type Sending = {
  readonly port: number;
  readonly auth?: { readonly username: string; readonly password: string } | undefined;
  readonly localAddress?: string;
  readonly mailFrom: string;
  readonly to: string | readonly string[];
  /** The whole message; line ends are made CRLF. */
  readonly raw: string | Buffer;
};

/** One transaction by nodemailer. Resolves with the final reply; rejects with the server's own words. */
export async function submit(sending: Sending): Promise<string> {
  const transport = nodemailer.createTransport({
    host: '127.0.0.1',
    port: sending.port,
    secure: false,
    ignoreTLS: true,
    ...(sending.localAddress === undefined ? {} : { localAddress: sending.localAddress }),
    ...(sending.auth === undefined
      ? {}
      : { auth: { user: sending.auth.username, pass: sending.auth.password } }),
  });
  const raw = typeof sending.raw === 'string' ? sending.raw.replaceAll(/\r?\n/g, '\r\n') : sending.raw;
  try {
    const sent = await transport.sendMail({
      envelope: { from: sending.mailFrom, to: [sending.to].flat() as string[] },
      raw,
    });
    return sent.response ?? '';
  } catch (error) {
    noteRefusals('smtp', String((error as Error).message));
    throw error;
  } finally {
    transport.close();
  }
}

export const messageIdIn = (reply: string): string => {
  const found = /msg_[0-9a-z]{26}/.exec(reply)?.[0];
  assert.ok(found, `no message id in: ${reply}`);
  return found;
};

/** The trace once the delivery to `recipient` stands at `status`. */
export async function traceAt(api: Api, messageId: string, status: string): Promise<Json> {
  const last = { value: undefined as Json };
  return eventually(`${messageId} ${status}`, async () => {
    last.value = await api.get(`/v1/messages/${messageId}/trace`);
    return last.value.deliveries.some((delivery: Json) => delivery.status === status)
      ? last.value
      : undefined;
  }).catch((error: Error) => {
    throw new Error(`${error.message}\n${JSON.stringify(last.value, null, 1)}`);
  });
}

/** The results of mailauth for the signatures, with the keys of `dev.json`. */
export async function signaturesOf(
  raw: Buffer,
  dev: DevFile,
): Promise<readonly { readonly domain: string; readonly algorithm: string; readonly result: string }[]> {
  const resolver = async (name: string): Promise<string[][]> => {
    const key = dev.dkim.find(({ domain, selector }) => name === `${selector}._domainkey.${domain}`);
    if (!key) throw Object.assign(new Error(`no such name: ${name}`), { code: 'ENOTFOUND' });
    return [[key.txt]];
  };
  const { results } = await dkimVerify(raw, { resolver });
  return results.map((result: Json) => ({
    domain: result.signingDomain,
    algorithm: result.algo ?? '',
    result: result.status.result,
  }));
}

/** Every signature verifies, and there is one of each algorithm for the domain. */
export async function assertSigned(raw: Buffer, dev: DevFile, domain: string): Promise<void> {
  const signatures = await signaturesOf(raw, dev);
  const wanted = dev.dkim.filter((key) => key.domain === domain).length;
  assert.ok(wanted >= 2, 'dev.json publishes an RSA and an Ed25519 key');
  assert.equal(signatures.filter((one) => one.domain === domain).length, wanted, JSON.stringify(signatures));
  for (const one of signatures) assert.equal(one.result, 'pass', JSON.stringify(signatures));
}

export type Tenant = {
  readonly id: string;
  readonly api: Api;
  /** The typed client of the same account, as the operator. */
  readonly client: Client;
  readonly domain: string;
  readonly login: { readonly username: string; readonly password: string };
};

/** An account of a scenario's own, with a verified domain and a credential, so that it touches no other scenario. */
export async function newTenant(
  dev: DevFile,
  name: string,
  settings: Readonly<Record<string, unknown>> = {},
): Promise<Tenant> {
  const unique = `${name}-${process.pid}-${count++}`;
  const asked = { baseUrl: dev.api.url, key: dev.api.operatorKey };
  const { id } = await openClient(asked).createAccount({ body: { name: unique, ...settings } });
  const client = openClient({ ...asked, account: id });
  const domain = `${unique}.test`;
  const made = await client.createDomain({ body: { domain } });
  assert.equal((await client.verifyDomain({ id: made.id })).status, 'verified');
  const { username, secret } = await client.createSmtpCredential({ body: { name } });
  const api = apiOf({ url: dev.api.url, key: dev.api.operatorKey, accountId: id });
  return { id, api, client, domain, login: { username, password: secret } };
}

/** The words of every entry of a trace, for a look at its reasons. */
export const reasonsIn = (trace: Json): string =>
  trace.entries.map(({ step, what, reason }: Json) => `${step}: ${what}. ${reason}`).join('\n');
