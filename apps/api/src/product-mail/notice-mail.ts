/** Tells the members of an account of an event that needs a person. */
import type { AccountEventType } from '@waybill/relay/events/event';
import { plainName } from './plain-name.ts';
import type { ProductMail } from './send-product-mail.ts';

type Words = { readonly subject: string; readonly sentence: string };

const words: Partial<Record<AccountEventType, Words>> = {
  'domain.degraded': {
    subject: 'A sender domain lost a record',
    sentence: 'DNS does not show everything that a sender domain needs any more.',
  },
  'account.limit_warning': {
    subject: 'A sending limit is nearly reached',
    sentence: 'The account has used most of a sending limit. Beyond it mail is put off.',
  },
  'account.suspended': {
    subject: 'The account is suspended',
    sentence: 'Nothing more is accepted, and waiting mail is held until the operator resumes the account.',
  },
  'account.deletion_requested': {
    subject: 'The account will be deleted',
    sentence:
      'The deletion of the account was asked for. Nothing is accepted, waiting mail is cancelled, and an owner can undo it until the time below.',
  },
  'account.deletion_near': {
    subject: 'The account is about to be erased',
    sentence:
      'The account is erased for good at the time below, with its messages, domains and keys. Until then an owner can undo the deletion.',
  },
  'account.deletion_undone': {
    subject: 'The account stays',
    sentence:
      'The deletion of the account was undone. Keys work again; mail that the deletion cancelled stays cancelled.',
  },
  'credential.locked': {
    subject: 'A credential is locked',
    sentence: 'Too many logins with a wrong secret: the credential is locked for a while.',
  },
  'credential.new_network': {
    subject: 'A credential was used from a new network',
    sentence: 'A credential was used for the first time from this network. If it was not you, revoke it.',
  },
  'webhook.failing': {
    subject: 'A webhook fails',
    sentence: 'An endpoint takes no events. After five days of failure it is disabled.',
  },
  'webhook.disabled': {
    subject: 'A webhook is disabled',
    sentence: 'An endpoint gets no events any more. Resume it, and ask for a replay of what it missed.',
  },
  'user.new_login': {
    subject: 'A new login',
    sentence:
      'Someone logged in as you from a network or a program that you did not use before. If it was not you, change your password.',
  },
};

export const noticedTypes: ReadonlySet<string> = new Set(Object.keys(words));

const MAX_LETTERS = 200;
/** No line end and no control character of a stored value reaches the text. */
const oneLine = (value: unknown): string => String(value).replaceAll(/\p{C}/gu, ' ').slice(0, MAX_LETTERS);

const isShown = ([, value]: readonly [string, unknown]): boolean =>
  ['string', 'number', 'boolean'].includes(typeof value) && value !== '';

export type Noticed = {
  readonly type: AccountEventType;
  readonly occurredAt: Date;
  /** With public names and ids. */
  readonly detail: Readonly<Record<string, unknown>>;
};

export function noticeMail(
  { type, occurredAt, detail }: Noticed,
  { email, accountName }: { readonly email: string; readonly accountName: string | undefined },
  { publicUrl, platformDomain }: { readonly publicUrl: string; readonly platformDomain: string },
): ProductMail | undefined {
  const said = words[type];
  if (said === undefined) return undefined;
  const facts = Object.entries(detail)
    .filter(isShown)
    .map(([name, value]) => `${name.replaceAll('_', ' ')}: ${oneLine(value)}`);
  const about = accountName === undefined ? platformDomain : plainName(accountName);
  const account = accountName === undefined ? '' : `Account: ${about}\n`;
  return {
    to: email,
    subject: `${said.subject}: ${about}`,
    text: `${said.sentence}

${account}Time: ${occurredAt.toISOString()}
${facts.join('\n')}

You get this as a user of the mail relay ${platformDomain}.
Switch notices off in your settings: ${publicUrl}
`,
  };
}
