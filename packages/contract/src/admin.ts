/** Resources for the operator only: discards, the audit log, health. */
import { z } from 'zod';
import { publicIdOf } from './id.ts';
import { listQuery } from './list.ts';
import { deliveryStatus, resolution } from './message.ts';
import { oneLine, time } from './text.ts';

export const discard = z
  .object({
    id: publicIdOf('dis'),
    message_id: publicIdOf('msg').nullable(),
    stage: z.enum(['session', 'worker']),
    resolution,
    evidence: z.record(z.string(), z.unknown()),
    occurred_at: time,
  })
  .meta({ id: 'Discard' });

export const auditEntry = z
  .object({
    id: publicIdOf('aud'),
    account_id: publicIdOf('acc').nullable(),
    actor: z.string(),
    action: z.string(),
    target: z.string(),
    detail: z.record(z.string(), z.unknown()),
    occurred_at: time,
  })
  .meta({ id: 'AuditEntry' });

/** Filters of the audit log. Each is compared with the value that the list shows. */
export const auditQuery = listQuery.extend({
  actor: oneLine(200).optional().describe('Id of a key, as the entries show it'),
  action: oneLine(100).optional(),
  target: oneLine(500).optional().describe('Id or address, as the entries show it'),
});
export const discardQuery = listQuery.extend({ message_id: publicIdOf('msg').optional() });

export type AuditEntryView = z.output<typeof auditEntry>;

const checkName = z.string().describe('Of the check, as `waybill doctor` prints it');
export const healthCheck = z
  .object({ name: checkName, ok: z.boolean(), sentence: z.string(), fix: z.string().nullable() })
  .meta({ id: 'HealthCheck' });
export const doctorCheck = z.object({ name: checkName }).meta({ id: 'DoctorCheck' });
export const doctorParams = z.object({ check: z.string() });

export const health = z
  .object({ ok: z.boolean(), version: z.string().describe('Of Waybill'), checks: z.array(healthCheck) })
  .meta({ id: 'Health' });

export const waitingGroup = z
  .object({
    account_id: publicIdOf('acc'),
    account_name: z.string(),
    domain: z.string().describe('Of the recipients'),
    status: deliveryStatus,
    held_for: z.string().nullable().describe('The switch that holds them; null: none does'),
    deliveries: z.int(),
    since: time.describe('When the first of them came into its state'),
    next_attempt_at: time.nullable().describe('The earliest; null: none is planned'),
  })
  .meta({ id: 'WaitingGroup' });

export const queueDepth = z.object({
  queue: z.string(),
  waiting: z.number().int(),
  oldest_due_at: time.nullable().describe('Since when the oldest job is due; null: none is'),
});
