/** From stored bytes to the noun that walks through the pipeline. */
import type { Envelope } from '@waybill/mail/envelope';
import { parseMimeTree } from '@waybill/mail/mime-tree';
import type { Message, SubmissionOptions } from '../message.ts';

export type Stored = {
  readonly id: string;
  /** Ends in a line end: `accept` sees to it. */
  readonly source: Buffer;
  readonly envelope: Envelope;
  readonly options: SubmissionOptions;
};

/** Parses header and MIME tree once; every stage reads the same view. */
export function openMessage({ id, source, envelope, options }: Stored): Message {
  const tree = parseMimeTree(source);
  return { id, source, tree, envelope, options, fields: tree.fields, edits: new Map(), notes: [] };
}
