/** Delivery status notifications: what a server says became of a message. RFC 3464, RFC 6533 for its UTF-8 form. */
import { type EnhancedStatus, parseStatus } from './enhanced-status.ts';
import { fieldValue, firstField, type HeaderField } from './headers.ts';
import { reportBlocks } from './report-part.ts';

/** RFC 3464 §2.3.3. Only `failed` says that no more attempts follow. */
export const dsnActions = ['failed', 'delayed', 'delivered', 'relayed', 'expanded'] as const;
/** The action of a report about a recipient. RFC 3464 §2.3.3. */
export type DsnAction = (typeof dsnActions)[number];

/** What a report says about one recipient. RFC 3464 §2.3. */
export type DsnRecipient = {
  readonly action: DsnAction;
  /** As the server that gave up knew it, and as it was first addressed. `undefined` when the report does not say. */
  readonly finalRecipient: string | undefined;
  readonly originalRecipient: string | undefined;
  readonly status: EnhancedStatus | undefined;
  /** The words of the remote server, without their type. */
  readonly diagnostic: string | undefined;
  readonly remoteMta: string | undefined;
};

/** A delivery status notification. RFC 3464. */
export type Dsn = { readonly reportingMta: string | undefined; readonly recipients: readonly DsnRecipient[] };

const MAX_VALUE = 1000;
const statusTypes: ReadonlySet<string> = new Set([
  'message/delivery-status',
  'message/global-delivery-status',
]);

const isAction = (text: string): text is DsnAction => (dsnActions as readonly string[]).includes(text);

/** `type; value` (RFC 3464 §2.1.2); some servers leave the type out. Comments behind a value stay: they are words too. */
function typedValue(fields: readonly HeaderField[], name: string): string | undefined {
  const field = firstField(fields, name);
  if (field === undefined) return undefined;
  const text = fieldValue(field).replace(/\s+/g, ' ').trim();
  const value = text.replace(/^[A-Za-z][A-Za-z0-9-]*\s*;\s*/, '');
  return value === '' ? undefined : value.slice(0, MAX_VALUE);
}

/** An address may stand in angle brackets, though it should not. */
const addressValue = (fields: readonly HeaderField[], name: string): string | undefined =>
  typedValue(fields, name)?.replace(/^<(.*)>$/, '$1');

function recipientOf(fields: readonly HeaderField[]): DsnRecipient | undefined {
  // RFC 3464 §2.3.3, §2.3.4: the first word counts; servers add comments.
  const action = typedValue(fields, 'Action')?.toLowerCase().split(/[\s(]/)[0] ?? '';
  if (!isAction(action)) return undefined;
  return {
    action,
    finalRecipient: addressValue(fields, 'Final-Recipient'),
    originalRecipient: addressValue(fields, 'Original-Recipient'),
    status: parseStatus(typedValue(fields, 'Status')?.split(/[\s(]/)[0] ?? ''),
    diagnostic: typedValue(fields, 'Diagnostic-Code'),
    remoteMta: typedValue(fields, 'Remote-MTA'),
  };
}

/** The machine-readable part of a report, or `undefined` when it has none that names a recipient. */
export function parseDsn(source: Buffer): Dsn | undefined {
  const blocks = reportBlocks(source, statusTypes) ?? [];
  const recipients = blocks.flatMap((fields) => recipientOf(fields) ?? []);
  if (recipients.length === 0) return undefined;
  return { reportingMta: blocks[0] && typedValue(blocks[0], 'Reporting-MTA'), recipients };
}
