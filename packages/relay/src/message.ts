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

/** What the trace tells about one step: which step, what it did or left alone, and why. Never message content. */
export type Note = {
  readonly step: string;
  readonly what: string;
  readonly reason?: string;
  readonly detail?: Readonly<Record<string, unknown>>;
};

/** What the client asked for by `X-Waybill-*` headers or the HTTP body. Read once at the door, kept beside the message. */
export type SubmissionOptions = {
  readonly stream?: string;
  readonly tags?: readonly string[];
  readonly metadata?: Readonly<Record<string, string>>;
  readonly customId?: string;
  readonly trackOpens?: boolean;
  readonly trackClicks?: ClickMode;
  readonly idempotencyKey?: string;
  /** As the client wrote it; what becomes of it is `sendAt` of the accepted message. */
  readonly sendAt?: string;
  readonly ipPool?: string;
  readonly requireTls?: boolean;
  readonly bypassSuppression?: boolean;
  readonly sandbox?: boolean;
};

/** The copy for exactly one recipient, after the split. */
export type Copy = {
  readonly deliveryId: string;
  readonly recipient: string;
  readonly index: number;
  /** `undefined` until set-return-path has run. */
  readonly returnPath?: string;
};

/**
 * The noun that walks through the pipeline. Immutable: a stage takes one and returns one.
 * `source` never changes; `fields` and `edits` say how the copy that leaves will differ from it.
 */
export type Message = {
  /** UUIDv7. */
  readonly id: string;
  /** The stored bytes, our own `Received:` and `X-Waybill-Account:` on top. */
  readonly source: Buffer;
  readonly tree: MimePart;
  readonly envelope: Envelope;
  readonly options: SubmissionOptions;
  /** The header block as it will leave: kept originals by reference, ours without `start`. */
  readonly fields: readonly HeaderField[];
  /** Edits of decoded part bodies. */
  readonly edits: ReadonlyMap<PartText, readonly PartEdit[]>;
  /** `edits` as splices of the source, made once for the signature and the patch. Absent: not made yet. */
  readonly bodyChanges?: BodyChanges;
  readonly notes: readonly Note[];
  /** The bodies that tracking needs, read once for all copies. Absent: nothing is tracked. */
  readonly bodies?: TextBodies;
  /** The links to track, found once for all copies. Absent: no link is tracked. */
  readonly links?: FoundLinks;
  readonly pixel?: PixelPlace;
  readonly copy?: Copy;
};
