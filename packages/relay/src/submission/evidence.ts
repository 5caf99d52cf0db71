/** Reads the evidence for `resolveAccount` from stored bytes. In a session the listener has the same evidence. */
import type { KeyObject } from 'node:crypto';
import { fieldsNamed, fieldValue, firstField, type HeaderField } from '@waybill/mail/headers';
import { parseReceived } from '@waybill/mail/received';
import type { Evidence } from '../resolve-account.ts';
import { parseWaybillHeader, WAYBILL_HEADER } from '../waybill-header.ts';
import { type FromHeader, readFrom } from './from-header.ts';

/** The evidence in stored bytes. */
export type StoredEvidence = {
  readonly header: Evidence['header'];
  readonly connectingIp: string | undefined;
  readonly from: FromHeader;
};

type Reading = {
  /** The fields of the stored message. Our `Received:` is the topmost one. */
  readonly fields: readonly HeaderField[];
  readonly macKeys: readonly KeyObject[];
  readonly messageId: string;
};

/** A header with a valid MAC counts also when forged ones exist, so that a forged header cannot disable it. */
function readHeader({ fields, macKeys, messageId }: Reading): Evidence['header'] {
  const written = fieldsNamed(fields, WAYBILL_HEADER);
  for (const field of written) {
    const waybill = parseWaybillHeader(fieldValue(field), macKeys, messageId);
    if (waybill) return { accountId: waybill.accountId, credentialId: waybill.credentialId };
  }
  return written.length > 0 ? 'forged' : undefined;
}

/** The evidence in stored bytes. Only the topmost `Received:` is ours; the others are not trusted. */
export function readEvidence(reading: Reading): StoredEvidence {
  const received = firstField(reading.fields, 'Received');
  return {
    header: readHeader(reading),
    connectingIp: received && parseReceived(fieldValue(received))?.clientIp,
    from: readFrom(reading.fields),
  };
}
