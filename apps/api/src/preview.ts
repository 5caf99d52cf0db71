/** Makes a message readable for people. The only file that imports mailparser; its output is never sent. */
import { decodeHeaderText } from '@waybill/mail/header/encoded-word';
import { fieldValue, firstField, parseHeaders } from '@waybill/mail/headers';

export type Preview = {
  readonly subject: string | undefined;
  readonly from: string | undefined;
  readonly text: string | undefined;
  readonly html: string | undefined;
  readonly attachments: readonly {
    readonly filename: string | undefined;
    readonly contentType: string;
    readonly contentId: string | undefined;
    readonly size: number;
  }[];
};

/** Field names and values, unfolded; bytes beyond ASCII are read as UTF-8. */
export const headerList = (bytes: Buffer): readonly { readonly name: string; readonly value: string }[] =>
  parseHeaders(bytes).fields.map((field) => ({
    name: field.name,
    value: Buffer.from(fieldValue(field), 'latin1').toString('utf8'),
  }));

/** A summary for lists, from the first bytes of a message. */
export function headOf(head: Buffer): Pick<Preview, 'subject' | 'from'> {
  const { fields } = parseHeaders(head);
  const textOf = (name: string): string | undefined => {
    const field = firstField(fields, name);
    return field && (decodeHeaderText(fieldValue(field)) || undefined);
  };
  return { subject: textOf('Subject'), from: textOf('From') };
}

/** mailparser is loaded at the first preview. */
export async function preview(bytes: Buffer): Promise<Preview> {
  const { simpleParser } = await import('mailparser');
  const parsed = await simpleParser(bytes, {
    skipImageLinks: true,
    skipHtmlToText: true,
    skipTextToHtml: true,
  });
  return {
    subject: parsed.subject,
    from: parsed.from?.text,
    // mailparser makes text from HTML; a message with HTML alone has no text of its own.
    text: parsed.text || undefined,
    html: parsed.html || undefined,
    attachments: (parsed.attachments ?? []).map((attachment) => ({
      filename: attachment.filename,
      contentType: attachment.contentType ?? 'application/octet-stream',
      contentId: attachment.cid,
      size: attachment.size ?? 0,
    })),
  };
}
