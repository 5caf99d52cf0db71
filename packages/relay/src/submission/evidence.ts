/** The evidence that lies in stored bytes. The session knows the same things first hand and asks the same question. */
import type { KeyObject } from 'node:crypto';
import { fieldsNamed, fieldValue, firstField, type HeaderField } from '@waybill/mail/headers';
import { parseReceived } from '@waybill/mail/received';
import type { Evidence } from '../resolve-account.ts';
import { parseWaybillHeader, WAYBILL_HEADER } from '../waybill-header.ts';
import { type FromHeader, readFrom } from './from-header.ts';

export type StoredEvidence = {
  readonly header: Evidence['header'];
  readonly connectingIp: string | undefined;
  readonly from: FromHeader;
};

type Reading = {
  /** Of the message as we stored it: our own `Received:` is the topmost one. */
  readonly fields: readonly HeaderField[];
  readonly macKeys: readonly KeyObject[];
  readonly messageId: string;
};

/** A header that verifies counts, even beside forged ones: a forgery must not be able to push the true one aside. */
function readHeader({ fields, macKeys, messageId }: Reading): Evidence['header'] {
  const written = fieldsNamed(fields, WAYBILL_HEADER);
  for (const field of written) {
    const waybill = parseWaybillHeader(fieldValue(field), macKeys, messageId);
    if (waybill) return { accountId: waybill.accountId, credentialId: waybill.credentialId };
  }
  return written.length > 0 ? 'forged' : undefined;
}

/** What stored bytes say about where a message came from. Only the topmost `Received:` is ours; the others are hearsay. */
export function readEvidence(reading: Reading): StoredEvidence {
  const received = firstField(reading.fields, 'Received');
  return {
    header: readHeader(reading),
    connectingIp: received && parseReceived(fieldValue(received))?.clientIp,
    from: readFrom(reading.fields),
  };
}
