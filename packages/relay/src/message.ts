import type { PartEdit } from '@waybill/mail/body/part-edits';
import type { PartText } from '@waybill/mail/body/part-text';
import type { Envelope } from '@waybill/mail/envelope';
import type { HeaderField } from '@waybill/mail/headers';
import type { MimePart } from '@waybill/mail/mime-tree';
import type { BodyChanges } from './content/body-changes.ts';
import type { ClickMode } from './tracking/click-mode.ts';
import type { PixelPlace } from './tracking/open-pixel.ts';
import type { FoundLinks } from './tracking/rewrite-links.ts';
import type { TextBodies } from './tracking/text-bodies.ts';

/** A note of one step for the trace: the step, what it changed or left unchanged, and why. It holds no message content. */
export type Note = {
  readonly step: string;
  readonly what: string;
  readonly reason?: string;
  readonly detail?: Readonly<Record<string, unknown>>;
};

/** The options of a submission, from `X-Waybill-*` headers or the HTTP body. Read at acceptance and stored with the message. */
export type SubmissionOptions = {
  readonly stream?: string;
  readonly tags?: readonly string[];
  readonly metadata?: Readonly<Record<string, string>>;
  readonly customId?: string;
  readonly trackOpens?: boolean;
  readonly trackClicks?: ClickMode;
  readonly idempotencyKey?: string;
  /** The text of the client. The parsed time is `sendAt` of the accepted message. */
  readonly sendAt?: string;
  readonly ipPool?: string;
  readonly requireTls?: boolean;
  readonly bypassSuppression?: boolean;
  readonly sandbox?: boolean;
  /** The message that this one repeats on request. */
  readonly resentFrom?: string;
};

/** The copy for one recipient, after the split. */
export type Copy = {
  readonly deliveryId: string;
  readonly recipient: string;
  /** `undefined` until set-return-path has run. */
  readonly returnPath?: string;
};

/**
 * The message in the pipeline. Immutable: a stage takes one and returns one.
 * `source` never changes; `fields` and `edits` hold the differences of the outgoing message.
 */
export type Message = {
  /** UUIDv7. */
  readonly id: string;
  /** The stored bytes, with our `Received:` and `X-Waybill-Account:` on top. */
  readonly source: Buffer;
  readonly tree: MimePart;
  readonly envelope: Envelope;
  readonly options: SubmissionOptions;
  /** The header of the outgoing message: original fields by reference, our own without `start`. */
  readonly fields: readonly HeaderField[];
  /** Edits of decoded part bodies. */
  readonly edits: ReadonlyMap<PartText, readonly PartEdit[]>;
  /** `edits` as splices of the source, computed once for the signature and the patch. Absent: not computed yet. */
  readonly bodyChanges?: BodyChanges;
  /** Why the copy stays 8-bit although the next hop takes 7-bit mail only. */
  readonly eightBit?: string;
  readonly notes: readonly Note[];
  /** The bodies that tracking needs, read once for all copies. Absent: tracking is off. */
  readonly bodies?: TextBodies;
  /** The tracked links, found once for all copies. Absent: no link is tracked. */
  readonly links?: FoundLinks;
  readonly pixel?: PixelPlace;
  readonly copy?: Copy;
};
