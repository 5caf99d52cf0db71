/**
 * `X-Waybill-Account`: whose the message is, written at the door and believed by the worker only under its MAC. ARCHITECTURE §4.
 * Bound to the message id, so that a header from one message proves nothing in another.
 */
import { createHmac, type KeyObject, timingSafeEqual } from 'node:crypto';
import { parsePublicId, publicId } from './id.ts';

export const WAYBILL_HEADER = 'X-Waybill-Account';

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
 * What the header says, if one of the keys made it for this message; `undefined` otherwise. White space may have been refolded
 * on the way. Several keys: the old one stays valid while keys rotate.
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
  // No early end: how many keys there are, and which one matched, is not told by the clock.
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
