/** Adds the unsubscribe fields, by which a recipient unsubscribes in the mail program. RFC 2369 §3.2; one click RFC 8058. */
import { firstField, makeField } from '@waybill/mail/headers';
import { formatListUnsubscribe, oneClick } from '@waybill/mail/list-unsubscribe';
import { addAtEnd, addNote } from '../content/edit-message.ts';
import { idBytes } from '../id.ts';
import type { Message, Note } from '../message.ts';
import { trackingUrl } from '../tracking/token.ts';
import type { Stage } from './stage.ts';

const note = (what: string, reason: string): Note => ({ step: 'add-list-unsubscribe', what, reason });

/** RFC 8058 §3.1 requires https. Plain http is for a developer's own machine only, which gets the same header. */
const targetOf = (url: string): string =>
  url.startsWith('https:') ? formatListUnsubscribe({ url }) : `<${url}>`;

const whyNot = (message: Message, isWanted: boolean): Note | undefined => {
  const own =
    firstField(message.fields, 'List-Unsubscribe') ?? firstField(message.fields, 'List-Unsubscribe-Post');
  if (own) return note('List-Unsubscribe of the client kept', 'The message brings its own.');
  return isWanted ? undefined : note('List-Unsubscribe left out', 'The stream switches it off.');
};

export const addListUnsubscribe: Stage = (message, { stream, tracking }) => {
  if (!message.copy) return message;
  const reason = whyNot(message, stream.listUnsubscribe);
  if (reason) return addNote(message, reason);
  const token = { type: 'unsubscribe', deliveryId: idBytes(message.copy.deliveryId) } as const;
  const fields = [
    makeField('List-Unsubscribe', targetOf(trackingUrl(tracking, token))),
    makeField('List-Unsubscribe-Post', oneClick),
  ];
  return addNote(
    addAtEnd(message, fields),
    note('List-Unsubscribe with one click added', 'The stream asks for it.'),
  );
};
