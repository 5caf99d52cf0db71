/** The edits of a message body as splices of the source. */
import { type PartEdit, type SkippedEdit, splicesOf } from '@waybill/mail/body/part-edits';
import type { PartText } from '@waybill/mail/body/part-text';
import type { MimePart } from '@waybill/mail/mime-tree';
import { makePatch, type Splice } from '@waybill/mail/patch';

/** The encoded edits of a message body. */
export type BodyChanges = {
  /** Ascending, none before the body. */
  readonly splices: readonly Splice[];
  /** Edits that the encoding of the part does not allow. Its bytes stay unchanged. */
  readonly skipped: readonly SkippedChange[];
};

/** An edit that was not applied, with its MIME part. */
export type SkippedChange = SkippedEdit & { readonly part: MimePart };

/** Encodes the edits. Base64 is encoded again from the first change on, which makes this the most expensive step of a copy. */
export function encodeEdits(edits: ReadonlyMap<PartText, readonly PartEdit[]>): BodyChanges {
  const made = [...edits].map(([text, partEdits]) => ({
    part: text.part,
    ...splicesOf({ text, edits: partEdits }),
  }));
  return {
    splices: makePatch(made.flatMap(({ splices }) => splices)),
    skipped: made.flatMap(({ part, skipped }) => skipped.map((one) => ({ ...one, part }))),
  };
}
