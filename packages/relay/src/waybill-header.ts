/**
 * `X-Waybill-Account`: names the account of a message. Written at acceptance; the worker trusts it only with a valid MAC.
 * ARCHITECTURE §4. The MAC covers the message id, so that the header is not valid in another message.
 */
import { createHmac, type KeyObject, timingSafeEqual } from 'node:crypto';
import { parsePublicId, publicId } from './id.ts';

/** The name of the header field. */
export const WAYBILL_HEADER = 'X-Waybill-Account';

/** The content of the header field. */
export type Waybill = {
  readonly accountId: string;
  readonly credentialId: string | undefined;
  readonly ip: string | undefined;
  readonly messageId: string;
  readonly at: Date;
};

const form =
  /^v1; account=(acc_[0-9a-z]{26}); credential=(-|[a-z]{3,4}_[0-9a-z]{26}); ip=(-|[0-9a-f.:]{2,45}); message=(msg_[0-9a-z]{26}); t=(\d{1,12}); mac=([0-9a-f]{64})$/;

const macOf = (signed: string, key: KeyObject): Buffer => createHmac('sha256', key).update(signed).digest();

const signedPart = ({ accountId, credentialId, ip, messageId, at }: Waybill): string =>
  [
    'v1',
    `account=${publicId('acc', accountId)}`,
    `credential=${credentialId === undefined ? '-' : publicId('cred', credentialId)}`,
    `ip=${ip ?? '-'}`,
    `message=${publicId('msg', messageId)}`,
    `t=${Math.floor(at.getTime() / 1000)}`,
  ].join('; ');

/** The field value, folded so that every line stays within 78 bytes. RFC 5322 §2.1.1. */
export function formatWaybillHeader(waybill: Waybill, key: KeyObject): string {
  const signed = signedPart(waybill);
  const value = `${signed}; mac=${macOf(signed, key).toString('hex')}`;
  return value.replace(/; (credential|ip|message|mac)=/g, ';\r\n $1=');
}

/**
 * The content of the header, if one of the keys signed it for this message; else `undefined`. Refolded white space is accepted.
 * Several keys: the old one stays valid during a rotation.
 */
export function parseWaybillHeader(
  value: string,
  keys: readonly KeyObject[],
  messageId: string,
): Waybill | undefined {
  const text = value.replace(/\s+/g, ' ').trim();
  const [, account = '', credential = '', ip = '', message = '', time = '', mac = ''] = form.exec(text) ?? [];
  if (message !== publicId('msg', messageId)) return undefined;
  const signed = text.slice(0, text.lastIndexOf('; mac='));
  const given = Buffer.from(mac, 'hex');
  // Every key is tried, so that the time does not depend on which key matches.
  const isGenuine = keys.filter((key) => timingSafeEqual(macOf(signed, key), given)).length > 0;
  const accountId = parsePublicId('acc', account);
  if (!isGenuine || accountId === undefined) return undefined;
  return {
    accountId,
    credentialId: credential === '-' ? undefined : parsePublicId('cred', credential),
    ip: ip === '-' ? undefined : ip,
    messageId,
    at: new Date(Number(time) * 1000),
  };
}
