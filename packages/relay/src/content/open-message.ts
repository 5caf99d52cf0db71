/** Makes the `Message` of the pipeline from stored bytes. */
import type { Envelope } from '@waybill/mail/envelope';
import { parseMimeTree } from '@waybill/mail/mime-tree';
import type { Message, SubmissionOptions } from '../message.ts';

/** A message as it is stored. */
export type Stored = {
  readonly id: string;
  /** Ends in a line end, which `accept` adds. */
  readonly source: Buffer;
  readonly envelope: Envelope;
  readonly options: SubmissionOptions;
};

/** Parses header and MIME tree once for all stages. */
export function openMessage({ id, source, envelope, options }: Stored): Message {
  const tree = parseMimeTree(source);
  return { id, source, tree, envelope, options, fields: tree.fields, edits: new Map(), notes: [] };
}
