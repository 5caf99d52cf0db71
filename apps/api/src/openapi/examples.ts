/** Examples that fit their schemas: ids, times and closed sets from the schema itself, other values by the name of the field. */
import type { Schema, Schemas } from './shapes.ts';

/** What a field of this name may hold, where its schema allows any text, number or object. */
const byName: Readonly<Record<string, unknown>> = {
  advice: 'Remove these addresses from your list, or correct them.',
  algorithm: 'rsa',
  answer: 'ok',
  actor: 'key_06h29678q1v5fa1acspgh012b0',
  action: 'stream.created',
  account_id: 'acc_06h29678q1v5fa1acspgh012b0',
  account_name: 'Acme',
  address: 'ada@example.com',
  address_key: 'erased:T3v9x0t2m8q4w7e1r5y6p0',
  after: { name: 'Acme' },
  agent: 'Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0',
  codes: ['7m2k-9x4q-0t5v-8w1z'],
  current_password: 'correct horse battery staple',
  email: 'ada@acme.example',
  invited_by: 'usr_06h29678q1v5fa1acspgh012b0',
  password: 'correct horse battery staple',
  password_url: 'https://mail.acme.example/password/wb_link_…',
  uri: 'otpauth://totp/Waybill:ada%40acme.example?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Waybill',
  reason: 'It waits for its first attempt.',
  before: { name: 'Acme Ltd' },
  body: '{"type":"message.delivered"}',
  by: 'auth',
  category: 'mailbox_full',
  certificate_fingerprints: [],
  cidr: '198.51.100.0/24',
  code: '250',
  content: 'JVBERi0xLjcK',
  content_id: 'logo',
  content_type: 'application/pdf',
  credential_id: 'key_06h29678q1v5fa1acspgh012b0',
  custom_id: 'order-7',
  description: 'Sends the confirmations of orders',
  detail: {},
  domain: 'acme.example',
  done: 'The mail ended as bounced.',
  endpoint: 'https://app.acme.example/waybill',
  enhanced_code: '2.0.0',
  error: 'It answered 503.',
  event_type: 'message.delivered',
  evidence: { note: 'asked by telephone' },
  filename: 'invoice.pdf',
  fix: 'Start it, or correct DATABASE_URL.',
  found: ['v=spf1 include:bounces.acme.example ~all'],
  from: 'Acme <app@acme.example>',
  headers: { 'X-Order': '7' },
  held_for: null,
  helo: 'mail.acme.example',
  hint: 'The record is there, with another value.',
  host: 'mx.example.com',
  host_relative: 'bounce',
  html: '<p>Your order is on its way.</p>',
  ip: '203.0.113.7',
  key: 'wb_live_06h29678q1v5fa1acspgh012b0_…',
  label: 'Office',
  last_used_ip: '203.0.113.7',
  message: {
    from: 'app@acme.example',
    to: 'ada@example.com',
    status_reason: null,
    subject: 'Your order',
    text: 'It is on its way.',
  },
  mail_from: 'app@acme.example',
  message_id_header: '<1@acme.example>',
  metadata: { cart: '4711' },
  deletion: null,
  asked_by: 'usr_06h29678q1v5fa1acspgh012b0',
  name: 'Acme',
  networks: ['198.51.100.0/24'],
  next_cursor: null,
  note: 'asked by telephone',
  outcome: 'delivered',
  party: 'recipient',
  pattern: 'no mailbox * here',
  pending_email: null,
  provider: 'gmail',
  queue: 'delivery',
  rcpt_to: 'ada@example.com',
  recipient: 'ada@example.com',
  reply_to: 'help@acme.example',
  requested_by: 'key_06h29678q1v5fa1acspgh012b0',
  return_path: 'b-1@bounces.acme.example',
  retired_until: null,
  secret: 'k3v9x0t2m8q4w7e1r5y6p0d2f8h3j9a4',
  selector: 'w1',
  sender_domains: ['acme.example'],
  sentence: 'PostgreSQL answers.',
  server: 'ns1.acme.example',
  shape: 'waybill',
  session: { via: 'smtp', client_ip: '203.0.113.7' },
  signing_secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
  smarthost_url: 'smtp://relay:***@smarthost.example:587',
  step: 'sign-dkim',
  stream: 'transactional',
  subject: 'Your order',
  subject_name: 'transactional',
  suspended_reason: null,
  target: 'str_06h29678q1v5fa1acspgh012b0',
  text: 'Your order is on its way.',
  timings: { connect: 12 },
  title: 'Request is malformed',
  timezone: 'Europe/Berlin',
  token: 'wb_live_06h29678q1v5fa1acspgh012b0_…',
  tls: null,
  tracking_host: 'track.acme.example',
  to: 'ada@example.com',
  type: 'message.delivered',
  url: 'https://mail.acme.example/app/sandbox/box_06h29678q1v5fa1acspgh012b0',
  version: '0.1.0',
  username: 'wb-7m2k9x4q0t5v8w1z',
  value: 'v=spf1 include:bounces.acme.example ~all',
  what: 'signed by DKIM',
  zone: 'acme.example',
};

/** The same for fields whose name stands for an object elsewhere. */
const textByName: Readonly<Record<string, string>> = {
  tls: 'opportunistic',
  detail: 'A mail with a link was sent to the address.',
  message: 'Recipient is malformed: ada@',
};

/** Fields left out of request examples: rare ones, and ones that conflict with the rest. */
const seldom: ReadonlySet<string> = new Set([
  ...['attachments', 'bcc', 'cc', 'headers', 'reply_to', 'sandbox', 'scheduled_at', 'tracking', 'stream'],
  ...['certificate_fingerprints', 'cram_md5', 'expires_at', 'stream_id', 'username', 'networks', 'confirm'],
  ...[
    'backfill_since',
    'smarthost_url',
    'delivery_mode',
    'limits',
    'reason',
    'owner',
    'smtp_credential',
    'api_key',
  ],
  ...['private_key', 'dkim_record', 'dkim_rotation'],
]);

const ID_LETTERS = '06h29678q1v5fa1acspgh012b0';
const TIME = '2026-01-31T12:00:00.000Z';

export type Maker = { readonly schemas: Schemas; readonly isRequest: boolean };

const resolved = (schema: Schema, { schemas }: Maker): Schema =>
  schema.$ref === undefined ? schema : (schemas[schema.$ref.split('/').at(-1) ?? ''] ?? {});

const typeOf = ({ type }: Schema): string | undefined =>
  typeof type === 'string' ? type : type?.find((one) => one !== 'null');

const fitsType = (schema: Schema, value: unknown): boolean => {
  const type = Array.isArray(value) ? 'array' : value === null ? 'null' : typeof value;
  return [schema.type ?? type].flat().includes(type);
};

const isFitting = (schema: Schema, value: unknown): boolean =>
  fitsType(schema, value) &&
  (schema.pattern === undefined ||
    (typeof value === 'string' && new RegExp(schema.pattern, 'u').test(value)));

function textExample(schema: Schema, name: string): unknown {
  const [, prefix] = /^\^\(?(?:\?:)?([a-z]+)[|)_]/.exec(schema.pattern ?? '') ?? [];
  if (prefix !== undefined && schema.pattern?.includes('{26}')) return `${prefix}_${ID_LETTERS}`;
  if (schema.format === 'date-time') return TIME;
  if (schema.format === 'date') return TIME.slice(0, 10);
  const known = textByName[name] ?? byName[name];
  if (typeof known !== 'string') return undefined;
  return [known, known.toLowerCase()].find((one) => isFitting(schema, one));
}

function objectExample(schema: Schema, name: string, maker: Maker): unknown {
  if (schema.properties === undefined) {
    const known = byName[name];
    return known !== null && typeof known === 'object' && !Array.isArray(known) ? known : {};
  }
  const required = new Set(schema.required ?? []);
  const shown = Object.entries(schema.properties).filter(
    ([field]) => !maker.isRequest || required.has(field) || !seldom.has(field),
  );
  return Object.fromEntries(
    shown.flatMap(([field, of]) => {
      const value = exampleOf(of, field, maker);
      return value === undefined ? [] : [[field, value]];
    }),
  );
}

const simple: Readonly<Record<string, (schema: Schema, name: string, maker: Maker) => unknown>> = {
  string: textExample,
  object: objectExample,
  boolean: () => true,
  null: () => null,
  number: ({ minimum }) => Math.max(minimum ?? 1, 1),
  integer: ({ minimum }) => Math.max(minimum ?? 1, 1),
  array: ({ items = {} }, name, maker) => {
    const known = byName[name];
    if (Array.isArray(known)) return known;
    const item = exampleOf(items, name.replace(/s$/, ''), maker);
    return item === undefined ? [] : [item];
  },
};

const isNullable = ({ type, anyOf = [] }: Schema): boolean =>
  [type].flat().includes('null') || anyOf.some((option) => option.type === 'null');

const firstOf = (options: readonly Schema[], name: string, maker: Maker): unknown =>
  options
    .filter(({ type }) => type !== 'null')
    .map((option) => exampleOf(option, name, maker))
    .find((value) => value !== undefined);

function madeExample(schema: Schema, name: string, maker: Maker): unknown {
  if (schema.examples !== undefined) return schema.examples[0];
  if ('const' in schema) return schema.const;
  if (schema.enum !== undefined) return schema.enum[0];
  const options = schema.anyOf ?? schema.oneOf;
  if (options !== undefined) return firstOf(options, name, maker);
  const type = typeOf(schema);
  return type === undefined ? byName[name] : simple[type]?.(schema, name, maker);
}

/** `undefined`: the field has no example; a required one needs a row above. */
export function exampleOf(given: Schema, name: string, maker: Maker): unknown {
  const schema = resolved(given, maker);
  if (isNullable(schema) && byName[name] === null) return null;
  return madeExample(schema, name, maker) ?? (isNullable(schema) ? null : undefined);
}
