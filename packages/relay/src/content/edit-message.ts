/** The functions by which a stage changes a message. Each returns a new message. */

import type { PartEdits } from '@waybill/mail/body/part-edits';
import type { HeaderField } from '@waybill/mail/headers';
import type { Message, Note } from '../message.ts';

/** Adds a note to the trace of the message. */
export const addNote = (message: Message, note: Note): Message => ({
  ...message,
  notes: [...message.notes, note],
});

/** Adds fields on top of the header, in the order given: for trace fields and signatures. RFC 5321 §4.4. */
export const addOnTop = (message: Message, fields: readonly HeaderField[]): Message => ({
  ...message,
  fields: [...fields, ...message.fields],
});

/** Adds fields at the end of the header, after the fields of the client. */
export const addAtEnd = (message: Message, fields: readonly HeaderField[]): Message => ({
  ...message,
  fields: [...message.fields, ...fields],
});

/** Removes the unwanted fields. Returns the same message when there is none, so that the stage adds no note. */
export function removeFields(message: Message, isUnwanted: (field: HeaderField) => boolean): Message {
  const fields = message.fields.filter((field) => !isUnwanted(field));
  return fields.length === message.fields.length ? message : { ...message, fields };
}

/** Replaces a field at its position. */
export const replaceField = (message: Message, old: HeaderField, fresh: HeaderField): Message => ({
  ...message,
  fields: message.fields.map((field) => (field === old ? fresh : field)),
});

/** Adds the edits of a stage by part. Removes the encoded splices, because they are out of date. */
export function addEdits(message: Message, changes: readonly PartEdits[]): Message {
  const { bodyChanges: _, ...rest } = message;
  const edits = new Map(message.edits);
  for (const { text, edits: more } of changes) edits.set(text, [...(edits.get(text) ?? []), ...more]);
  return { ...rest, edits };
}
