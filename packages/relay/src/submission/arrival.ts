/** The fields that Waybill adds on top of a submission, and the values for lists and searches. RFC 5321 §4.4. */
import type { KeyObject } from 'node:crypto';
import { parseAddress } from '@waybill/mail/address';
import { normalIp } from '@waybill/mail/addresses/ip-address';
import type { Envelope } from '@waybill/mail/envelope';
import { decodeHeaderText } from '@waybill/mail/header/encoded-word';
import { fieldValue, firstField, type HeaderField, makeField } from '@waybill/mail/headers';
import { parseMessageId } from '@waybill/mail/message-id';
import { formatReceived, type Hop } from '@waybill/mail/received';
import { publicId } from '../id.ts';
import type { AcceptedMessage, SessionFacts } from '../ports.ts';
import type { Resolution } from '../resolve-account.ts';
import { formatWaybillHeader, WAYBILL_HEADER } from '../waybill-header.ts';
import type { FromHeader } from './from-header.ts';

/** A submission that was accepted and has an id. */
export type Arriving = {
  readonly id: string;
  readonly at: Date;
  readonly envelope: Envelope;
  readonly fields: readonly HeaderField[];
  readonly from: FromHeader;
  readonly account: { readonly id: string };
  readonly resolution: Resolution;
};

/** The installation: its host name and its MAC keys. */
export type Place = { readonly hostName: string; readonly headerKeys: readonly [KeyObject, ...KeyObject[]] };

/** The added fields and the values for lists and searches. */
export type Arrival = {
  /** Topmost first. */
  readonly fields: readonly HeaderField[];
  readonly summary: Pick<AcceptedMessage, 'headerFrom' | 'subject' | 'messageIdHeader'>;
};

const MAX_SUMMARY = 500;

/** Version and cipher, `TLSv1.3 TLS_AES_256_GCM_SHA384`. Any other text is not written to `Received:`. */
const tlsOf = (tls: string | undefined): Pick<Hop, 'tls'> => {
  const [, version, cipher] = /^(\S+)[ ,:/]+(\S+)$/.exec(tls ?? '') ?? [];
  return version === undefined || cipher === undefined ? {} : { tls: { version, cipher } };
};

/** The client address; `undefined`: it cannot be written in a form that the worker reads back. */
const ipOf = ({ clientIp }: SessionFacts): string | undefined =>
  clientIp === undefined ? undefined : normalIp(clientIp);

function receivedField(arriving: Arriving, session: SessionFacts, { hostName }: Place): HeaderField {
  const [only, ...others] = arriving.envelope.rcptTo;
  const recipient = only !== undefined && others.length === 0 ? parseAddress(only) : undefined;
  const { heloName, protocol } = session;
  const clientIp = ipOf(session);
  const value = formatReceived({
    heloName: heloName ?? 'unknown',
    clientIp: clientIp ?? '',
    hideClientIp: clientIp === undefined,
    byHost: hostName,
    protocol: protocol ?? 'HTTP',
    id: publicId('msg', arriving.id),
    at: arriving.at,
    ...(recipient ? { forRecipient: recipient } : {}),
    ...tlsOf(session.tls),
  });
  return makeField('Received', value);
}

const accountField = (arriving: Arriving, session: SessionFacts, { headerKeys }: Place): HeaderField => {
  const { account, resolution, id, at } = arriving;
  const waybill = {
    accountId: account.id,
    credentialId: resolution.credentialId,
    ip: ipOf(session),
    messageId: id,
    at,
  };
  return makeField(WAYBILL_HEADER, formatWaybillHeader(waybill, headerKeys[0]));
};

const textOf = (fields: readonly HeaderField[], name: string): string | undefined => {
  const field = firstField(fields, name);
  return field && decodeHeaderText(fieldValue(field)).slice(0, MAX_SUMMARY);
};

/** Makes the added fields and the values for lists and searches. */
export function arrivalOf(arriving: Arriving, session: SessionFacts, place: Place): Arrival {
  const written = textOf(arriving.fields, 'Message-ID');
  return {
    fields: [receivedField(arriving, session, place), accountField(arriving, session, place)],
    summary: {
      headerFrom: arriving.from.address,
      subject: textOf(arriving.fields, 'Subject'),
      messageIdHeader: written && (parseMessageId(written) ?? written),
    },
  };
}
