/** The text bodies of a message, decoded and searched once for all copies. */

import { editableParts, inlinePgp, type ProtectedReason } from '@waybill/mail/body/editable-parts';
import { findHtmlLinks } from '@waybill/mail/body/html-links';
import type { FoundSpans } from '@waybill/mail/body/link-target';
import { type PartText, readPartText, type UnreadableReason } from '@waybill/mail/body/part-text';
import { findTextLinks } from '@waybill/mail/body/text-links';
import type { MimePart } from '@waybill/mail/mime-tree';

/** One text body. `imageAt` is an index of the view; `undefined` in plain text. */
export type SearchedBody = {
  readonly text: PartText;
  readonly found: FoundSpans;
  readonly imageAt: number | undefined;
};

/** A part that must stay unchanged. */
export type UntouchedPart = { readonly part: MimePart; readonly reason: ProtectedReason | UnreadableReason };

/** The text bodies of a message, and the other parts. */
export type TextBodies = {
  /** `text/html` and `text/plain` bodies, in the order of the message. */
  readonly bodies: readonly (SearchedBody | UntouchedPart)[];
  /** The topmost part of each branch that is no text body, for example signed, encrypted or attached. */
  readonly protectedParts: readonly UntouchedPart[];
};

/** The body types that tracking needs. */
export type WantedBodies = { readonly html: boolean; readonly text: boolean };

/** Whether the part is HTML. */
export const isHtml = ({ contentType }: MimePart): boolean => contentType === 'text/html';

/** The MIME part of a body. */
export const partOf = (body: SearchedBody | UntouchedPart): MimePart =>
  'reason' in body ? body.part : body.text.part;

function searchBody(source: Buffer, part: MimePart): SearchedBody | UntouchedPart {
  const text = readPartText(source, part);
  if (typeof text === 'string') return { part, reason: text };
  const armour = inlinePgp(text.view.text);
  if (armour) return { part, reason: armour };
  if (isHtml(part)) {
    const { imageAt, ...found } = findHtmlLinks(text.view);
    return { text, found, imageAt };
  }
  const deletesSpaces = part.params.get('delsp')?.toLowerCase() === 'yes';
  return { text, found: findTextLinks(text.view, { deletesSpaces }), imageAt: undefined };
}

/** Reads the wanted bodies. Linear in the bytes of the message. */
export function readTextBodies(source: Buffer, tree: MimePart, wanted: WantedBodies): TextBodies {
  const { bodies, untouched } = editableParts(tree);
  return {
    bodies: bodies
      .filter((part) => (isHtml(part) ? wanted.html : wanted.text))
      .map((part) => searchBody(source, part)),
    protectedParts: untouched,
  };
}
