import { isNullPath, parseAddress } from '@waybill/mail/address';
import { type Body, decodeXtext } from '@waybill/mail/envelope';
import { Refusal } from '@waybill/relay/refusal';
import type { Parameters } from '../smtp/verbs.ts';

export type MailParameters = {
  /** SIZE=, the bytes that the client announces. RFC 1870 §6.1. */
  readonly size: number;
  readonly body: Body;
  readonly smtpUtf8: boolean;
  /** AUTH=, decoded. Information, never an identity. RFC 4954 §5. */
  readonly authParam: string | undefined;
};

const malformed = (detail: string): Refusal => new Refusal('parameter_malformed', { detail });

function parseSize(value: string | undefined): number {
  if (value === undefined || !/^\d{1,20}$/.test(value)) throw malformed('SIZE= is a number of bytes');
  return Number(value);
}

const bodies: Readonly<Record<string, Body>> = { '7BIT': '7bit', '8BITMIME': '8bitmime' };

function parseBody(value: string | undefined): Body {
  const body = bodies[value?.toUpperCase() ?? ''];
  if (body === undefined) throw malformed('BODY= is 7BIT or 8BITMIME');
  return body;
}

function parseFlag(value: string | undefined): true {
  if (value !== undefined) throw malformed('SMTPUTF8 has no value');
  return true;
}

/** `<>` or the xtext of a mailbox. */
function parseAuth(value: string | undefined): string {
  const text = value === undefined || isNullPath(value) ? value : decodeXtext(value);
  if (text === undefined || !(isNullPath(text) || parseAddress(text) !== undefined)) {
    throw malformed('AUTH= is <> or a mailbox in xtext');
  }
  return text;
}

const offered = new Set(['SIZE', 'BODY', 'SMTPUTF8', 'AUTH']);

/** Only the parameters of extensions that EHLO offers; none after HELO. RFC 5321 §4.1.1.11. */
export function parseMailParameters(parameters: Parameters, usesEhlo: boolean): MailParameters {
  for (const name of parameters.keys()) {
    if (!offered.has(name) || !usesEhlo) throw new Refusal('parameter_unknown', { detail: name });
  }
  return {
    size: parameters.has('SIZE') ? parseSize(parameters.get('SIZE')) : 0,
    body: parameters.has('BODY') ? parseBody(parameters.get('BODY')) : '7bit',
    smtpUtf8: parameters.has('SMTPUTF8') && parseFlag(parameters.get('SMTPUTF8')),
    authParam: parameters.has('AUTH') ? parseAuth(parameters.get('AUTH')) : undefined,
  };
}
