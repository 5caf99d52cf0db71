/** The part of mailparser that `preview.ts` and tests use; the package ships no types. */
declare module 'mailparser' {
  export type ParsedAttachment = {
    readonly filename?: string;
    readonly contentType?: string;
    readonly cid?: string;
    readonly size?: number;
    readonly content?: Buffer;
  };
  export type ParsedMail = {
    readonly subject?: string;
    readonly from?: { readonly text?: string; readonly value?: readonly { readonly name?: string }[] };
    readonly text?: string;
    readonly html?: string | false;
    readonly attachments?: readonly ParsedAttachment[];
  };
  export function simpleParser(
    source: Buffer,
    options: {
      readonly skipImageLinks?: boolean;
      readonly skipHtmlToText?: boolean;
      readonly skipTextToHtml?: boolean;
      readonly maxHtmlLengthToParse?: number;
    },
  ): Promise<ParsedMail>;
}
