/** The settings of an account in the JSON of the API, both ways. */
import { given } from '../given.ts';
import { publicId } from '../id.ts';
import { orNull } from './or-null.ts';
import { limitsView } from './own-limits.ts';
import type { AccountRecord, AccountSettings } from './records.ts';
import { maskedUrl } from './smarthost-url.ts';

export const accountView = (row: AccountRecord) => ({
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
    ...limitsView(row.limits),
    max_recipients: orNull(row.maxRecipients),
    max_message_bytes: orNull(row.maxMessageBytes),
    max_bounce_rate: orNull(row.maxBounceRate),
    max_complaint_rate: orNull(row.maxComplaintRate),
  },
  created_at: row.createdAt.toISOString(),
  deletion:
    row.deletion === undefined
      ? null
      : {
          asked_at: row.deletion.askedAt.toISOString(),
          asked_by: row.deletion.askedBy,
          deletes_at: row.deletion.deletesAt.toISOString(),
        },
});

export const adminAccountView = (row: AccountRecord) => ({
  ...accountView(row),
  smarthost_url: row.smarthostUrl === undefined ? null : maskedUrl(row.smarthostUrl),
});

/** An absent field stays. */
type Patch<T> = { readonly [K in keyof T]?: (T[K] extends object ? Patch<T[K]> : T[K]) | undefined };
type AccountPatch = Patch<ReturnType<typeof accountView>>;
type AdminAccountPatch = Patch<ReturnType<typeof adminAccountView>>;

/** What the operator asks for. `null` clears the smarthost; its masked form leaves it as it is. */
export type OperatorSettings = Omit<AccountSettings, 'smarthostUrl'> & {
  readonly smarthost: string | null | undefined;
};

/** Field by field, so that a request can set only what is named here. */
export const ownSettings = (patch: AccountPatch): AccountSettings =>
  given({
    name: patch.name,
    senderPolicy: patch.sender_policy,
    suppressedRecipients: patch.suppressed_recipients,
    bareLineEndings: patch.bare_line_endings,
    trackOpens: patch.tracking?.opens,
    trackClicks: patch.tracking?.clicks,
    hideClientIp: patch.hide_client_ip,
  });

/** A field that the operator clears with `null` is present and `undefined` for the store. */
const cleared = <T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], null> } =>
  Object.fromEntries(
    Object.entries(given(fields)).map(([name, value]) => [name, value ?? undefined]),
  ) as never;

export const operatorSettings = (patch: AdminAccountPatch): OperatorSettings => ({
  ...ownSettings(patch),
  ...cleared({
    deliveryMode: patch.delivery_mode,
    maxMessageBytes: patch.limits?.max_message_bytes,
    maxRecipients: patch.limits?.max_recipients,
    limitPerSecond: patch.limits?.per_second,
    limitPerHour: patch.limits?.per_hour,
    limitPerDay: patch.limits?.per_day,
    limitPerMonth: patch.limits?.per_month,
    limitNewPerHour: patch.limits?.new_per_hour,
    maxBounceRate: patch.limits?.max_bounce_rate,
    maxComplaintRate: patch.limits?.max_complaint_rate,
  }),
  smarthost: patch.smarthost_url,
});
