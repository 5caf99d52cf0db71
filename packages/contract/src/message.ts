/** Messages as the API shows them: in lists, alone with its deliveries, and with its trace. */
import { deliveryStatuses } from '@waybill/relay/events/event';
import { z } from 'zod';
import { publicIdOf } from './id.ts';
import { listOf, listQuery } from './list.ts';
import { problem } from './problem.ts';
import { sent } from './send.ts';
import { oneLine, queryTime, time } from './text.ts';

const messageStates = ['accepted', 'processed', 'discarded', 'held'] as const;
const messageState = z.enum(messageStates);
export const deliveryStatus = z.enum(deliveryStatuses);

export const note = z.object({
  step: z.string(),
  what: z.string(),
  reason: z.string().optional(),
  detail: z.record(z.string(), z.unknown()).optional(),
});

export const messageSummary = z
  .object({
    id: publicIdOf('msg'),
    state: messageState,
    status: z
      .union([deliveryStatus, messageState])
      .describe(
        'Of the delivery that needs most attention; the state while there are no deliveries; `scheduled` until its time has come',
      ),
    from: z.string().nullable(),
    subject: z.string().nullable(),
    message_id_header: z.string().nullable(),
    mail_from: z.string().nullable(),
    recipients: z.array(z.string()),
    tags: z.array(z.string()),
    custom_id: z.string().nullable(),
    credential_id: z.string().nullable(),
    stream_id: publicIdOf('str').nullable(),
    size: z.number().int(),
    sandbox: z.boolean(),
    created_at: time.describe('When it was accepted'),
    scheduled_at: time.nullable().describe('It is not sent before; null: at once'),
  })
  .meta({ id: 'MessageSummary' });

const transcriptLine = z.object({
  at: z.number().describe('milliseconds since the attempt began'),
  from: z.enum(['client', 'server', 'note']),
  text: z.string(),
});

const attempt = z
  .object({
    id: publicIdOf('att'),
    number: z.number().int(),
    started_at: time,
    dot_sent_at: time.nullable(),
    ended_at: time.nullable(),
    outcome: z.string().nullable(),
    reason: z.string().nullable(),
    host: z.string().nullable(),
    ip: z.string().nullable(),
    port: z.number().int().nullable(),
    tls: z.record(z.string(), z.unknown()).nullable(),
    timings: z.record(z.string(), z.number()),
    reply: z
      .object({ code: z.number().int(), enhanced_code: z.string().nullable(), text: z.string() })
      .nullable(),
    category: z.string().nullable(),
    party: z.string().nullable(),
    transcript: z.array(transcriptLine),
  })
  .meta({ id: 'Attempt' });

const delivery = z
  .object({
    id: publicIdOf('dlv'),
    recipient: z.string(),
    status: deliveryStatus,
    reason: z.string(),
    return_path: z.string().nullable(),
    attempts: z.number().int(),
    next_attempt_at: time.nullable(),
    expires_at: time,
    status_changed_at: time,
  })
  .meta({ id: 'Delivery' });

export const message = messageSummary
  .extend({
    reason: z.string(),
    metadata: z.record(z.string(), z.string()),
    resent_from: publicIdOf('msg').nullable().describe('The message that this one repeats on request'),
    deliveries: z.array(delivery),
  })
  .meta({ id: 'Message' });

const candidate = z.object({ account_id: z.string(), by: z.string(), reason: z.string() });
export const resolution = z.object({
  account_id: z.string().nullable(),
  by: z.string().nullable(),
  reason: z.string(),
  rejected: z.array(candidate),
});

const traceKinds = ['session', 'account', 'step', 'attempt', 'event'] as const;

/** One event or decision. `delivery_id` is null if it concerns the whole message. */
const traceEntry = z.object({
  at: time.nullable(),
  kind: z.enum(traceKinds),
  delivery_id: publicIdOf('dlv').nullable(),
  step: z.string(),
  what: z.string(),
  reason: z.string().nullable(),
  detail: z.record(z.string(), z.unknown()),
});

/** The trace in causal order: session, account decision, transforms, attempts with transcripts, later events. */
export const trace = z
  .object({
    id: publicIdOf('msg'),
    state: messageState,
    scheduled_at: time.nullable().describe('It is not sent before; null: at once'),
    reason: z.string().describe('Why it stands where it stands now, in one sentence'),
    session: z.record(z.string(), z.unknown()),
    envelope: z.object({ mail_from: z.string().nullable(), rcpt_to: z.array(z.string()) }),
    resolution,
    notes: z.array(note).describe('What was decided about the whole message'),
    entries: z.array(traceEntry).describe('Everything, in the order in which it came about'),
    deliveries: z.array(delivery.extend({ history: z.array(attempt) })),
  })
  .meta({ id: 'Trace' });

/**
 * An index serves searches by recipient, Message-ID, custom id, and status that needs attention. Every other search reads a
 * fixed number of messages, newest first: a page may be short or empty although more pages follow.
 */
export const searchIsBounded =
  'Filters other than `to`, `custom_id`, a Message-ID and rare states are looked for in 10,000 messages at a time, newest first, between `since` and `until`. A page may then be short or empty while `has_more` is true: go on with `next_cursor`.';

const filters = {
  status: z.union([deliveryStatus, messageState]).optional(),
  from: oneLine(254).optional(),
  to: oneLine(254).optional(),
  domain: oneLine(253).optional().describe('Domain of a recipient'),
  provider: oneLine(50)
    .optional()
    .describe('Of the server that answered last, as statistics name it; `none`: none was reached'),
  category: oneLine(100)
    .optional()
    .describe('Of the last reply, or what holds the mail, as statistics name it; `none`: it has none'),
  code: oneLine(50)
    .optional()
    .describe('Enhanced status code or code of the last reply; `none`: it has none'),
  tag: oneLine(520).optional(),
  custom_id: oneLine(200).optional(),
  credential: publicIdOf('cred', 'key').optional().describe('Id of an SMTP credential or of an API key'),
  stream: oneLine(64).optional().describe('Name or id of a stream'),
  q: oneLine(1000)
    .optional()
    .describe(
      'An id (msg_…, dlv_…, att_…, evt_…, cred_…, key_…, str_…), a Message-ID with or without brackets, a custom id, or words of the subject in any case',
    ),
  since: queryTime.optional(),
  until: queryTime.optional(),
};

export const messageFilter = z.strictObject(filters).meta({ id: 'MessageFilter' });
export const messageQuery = listQuery.extend(filters);

const messageAction = z.enum(['cancel', 'retry', 'release']);

export const actionsBody = z.strictObject({
  action: messageAction,
  filter: messageFilter
    .refine((filter) => Object.keys(filter).length > 0, 'must name at least one filter')
    .describe('The filters of the list of messages'),
  dry_run: z.boolean().default(false).describe('Counts, and changes nothing'),
  after: z.string().min(1).max(200).optional().describe('next_cursor of the answer before'),
});

export const actionsDone = z
  .object({
    action: messageAction,
    dry_run: z.boolean(),
    matched: z.number().int().describe('Messages that the filter selects and that the action can change'),
    changed: z.number().int().describe('Messages that were changed; 0 in a dry run'),
    has_more: z.boolean().describe('The request ended before all messages were looked at'),
    next_cursor: z.string().nullable().describe('Send it as `after` with the same body to go on'),
  })
  .meta({ id: 'ActionsDone' });

export const contentQuery = z.strictObject({
  part: z.enum(['html', 'text', 'headers', 'raw', 'delivered']),
  delivery: publicIdOf('dlv').optional().describe('Whose copy; needed for part=delivered'),
  images: z
    .enum(['true', 'false'])
    .default('false')
    .describe('For part=html in a browser: true lets it load images from the servers that the sender names'),
  account: publicIdOf('acc').optional().describe('In place of Waybill-Account, for a frame of the dashboard'),
});

export const batchSent = z
  .object({
    object: z.literal('list'),
    data: z.array(z.union([z.object({ message: sent }), z.object({ error: problem })])),
  })
  .meta({ id: 'BatchSent' });

export const moved = z
  .object({ id: publicIdOf('msg'), deliveries: z.array(publicIdOf('dlv')) })
  .describe('The deliveries that it applied to');

const recipientDelivery = z
  .object({
    delivery_id: publicIdOf('dlv'),
    message_id: publicIdOf('msg'),
    recipient: z.string(),
    status: deliveryStatus,
    reason: z.string(),
    subject: z.string().nullable(),
    from: z.string().nullable(),
    created_at: time,
    status_changed_at: time,
  })
  .meta({ id: 'RecipientDelivery' });

export const recipient = listOf(recipientDelivery).extend({
  address: z.string(),
  suppressed: z.boolean(),
});

export type MessageView = z.output<typeof message>;
export type MessageSummaryView = z.output<typeof messageSummary>;
export type TraceView = z.output<typeof trace>;
