import type {
  AccountPatch,
  AccountView,
  AdminAccountPatch,
  AdminAccountView,
} from '@waybill/contract/account';
import { given } from '@waybill/relay/given';
import { publicId } from '@waybill/relay/id';
import { orNull } from '@waybill/relay/management/or-null';
import type { AccountRecord, AccountSettings } from '@waybill/relay/management/records';
import { maskedUrl, smarthostToStore } from './smarthost-url.ts';

export const accountView = (row: AccountRecord): AccountView => ({
  id: publicId('acc', row.id),
  name: row.name,
  status: row.status,
  suspended_reason: orNull(row.suspendedReason),
  sender_policy: row.senderPolicy,
  suppressed_recipients: row.suppressedRecipients,
  bare_line_endings: row.bareLineEndings,
  tracking: { opens: row.trackOpens, clicks: row.trackClicks },
  hide_client_ip: row.hideClientIp,
  delivery_mode: orNull(row.deliveryMode),
  limits: {
    per_second: orNull(row.limits.perSecond),
    per_hour: orNull(row.limits.perHour),
    per_day: orNull(row.limits.perDay),
    per_month: orNull(row.limits.perMonth),
    max_message_bytes: orNull(row.maxMessageBytes),
    max_recipients: orNull(row.maxRecipients),
  },
  created_at: row.createdAt.toISOString(),
});

export const adminAccountView = (row: AccountRecord): AdminAccountView => ({
  ...accountView(row),
  smarthost_url: row.smarthostUrl === undefined ? null : maskedUrl(row.smarthostUrl),
});

/** Field by field, so that a request can set only what is named here. `null` clears a field, an absent field stays. */
export const ownChange = (patch: AccountPatch): AccountSettings =>
  given({
    name: patch.name,
    senderPolicy: patch.sender_policy,
    suppressedRecipients: patch.suppressed_recipients,
    bareLineEndings: patch.bare_line_endings,
    trackOpens: patch.tracking?.opens,
    trackClicks: patch.tracking?.clicks,
    hideClientIp: patch.hide_client_ip,
  });

/** A field that the operator clears with `null` is present and `undefined` for the store; an absent field stays. */
const cleared = <T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], null> } =>
  Object.fromEntries(
    Object.entries(given(fields)).map(([name, value]) => [name, value ?? undefined]),
  ) as never;

/** `current`: the URL of the account now. */
export const operatorChange = (patch: AdminAccountPatch, current?: string): AccountSettings => ({
  ...ownChange(patch),
  ...cleared({
    deliveryMode: patch.delivery_mode,
    smarthostUrl: smarthostToStore(patch.smarthost_url, current),
    maxMessageBytes: patch.limits?.max_message_bytes,
    maxRecipients: patch.limits?.max_recipients,
    limitPerSecond: patch.limits?.per_second,
    limitPerHour: patch.limits?.per_hour,
    limitPerDay: patch.limits?.per_day,
    limitPerMonth: patch.limits?.per_month,
  }),
});
