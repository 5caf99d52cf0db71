/**
 * The two function types of the pipeline. A gate returns a refusal, before 250; a stage only rewrites the message.
 * Facts are loaded before the pipeline, so neither of them uses a port.
 */
import type { KeyObject } from 'node:crypto';
import type { DkimKey } from '@waybill/mail/dkim';
import type { Account, Stream, Suppression } from '../account.ts';
import type { OwnReturnPath } from '../domains/domain-records.ts';
import type { LimitSubject } from '../limits/sending-limits.ts';
import type { Message } from '../message.ts';
import type { RefusalCode } from '../refusal.ts';
import type { FromHeader } from '../submission/from-header.ts';
import type { Tracking } from '../tracking/token.ts';

/** The refusal of a gate, which the caller turns into a `Refusal`. `detail` is public. */
export type No = {
  readonly code: RefusalCode;
  readonly detail?: string;
  readonly retryAt?: Date;
};

/** The parts of a submission that gates read. It has no MIME tree, because a refused message needs none. */
export type Submitted = Pick<Message, 'source' | 'envelope' | 'fields' | 'options'> & {
  readonly from: FromHeader;
};

/** The addresses of a submission that the account may send as. Addresses are in normal form. */
export type SenderFacts = {
  /** From addresses that this account registered and proved: confirmed by the mailbox, or vouched for by the operator. */
  readonly addresses: ReadonlySet<string>;
  /** Domains verified for this account. */
  readonly domains: ReadonlySet<string>;
  /** Domains at or below a domain that another account verified or the platform owns. A lenient account cannot use them either. */
  readonly foreignDomains: ReadonlySet<string>;
  /** The only domains that the credential may send as; empty: no limit. */
  readonly credentialDomains: readonly string[];
};

/** The limits of one submission. Sizes are in bytes. */
export type SizeFacts = { readonly maxMessageBytes: number; readonly maxRecipients: number };

/** The facts for the gates. */
export type GateFacts = {
  readonly account: Account;
  readonly senders: SenderFacts;
  /** Keyed by `foldedAddress`. */
  readonly suppressed: ReadonlyMap<string, Suppression>;
  readonly size: SizeFacts;
  /** The account, and its stream and credential, as far as they have limits. */
  readonly limited: readonly LimitSubject[];
  /** The host name in our `Received:` fields, for the detection of loops. */
  readonly hostName: string;
};

/** Returns a refusal; `undefined`: the submission passes. */
export type Gate = (message: Submitted, facts: GateFacts) => No | undefined;

/** The facts for the stages. Secrets among them are keys that are used and never written into the message. */
export type Facts = {
  readonly now: Date;
  readonly acceptedAt: Date;
  /** The earliest send time; `undefined`: at once. */
  readonly sendAt: Date | undefined;
  readonly account: Account;
  readonly stream: Stream;
  /** Keyed by `foldedAddress`. */
  readonly suppressed: ReadonlyMap<string, Suppression>;
  /** Active keys of the From domain of this account; empty when it is not verified for it. */
  readonly signingKeys: readonly DkimKey[];
  /** Keys of the domain of the installation. */
  readonly platformKeys: readonly DkimKey[];
  /** Whether the platform signs in addition to the account. Without account keys it always signs. */
  readonly platformSignature: boolean;
  readonly tracking: Tracking;
  /** The return path of the installation. Its key is the MAC key of every return path. */
  readonly returnPath: { readonly domain: string; readonly key: KeyObject };
  /** The own return path of the From domain; `undefined`: the domain is not verified for this account. */
  readonly ownReturnPath: OwnReturnPath | undefined;
  /** The domain of the installation in `Feedback-ID` and in an added `Message-ID`. */
  readonly platformDomain: string;
  /** The next hop lacks 8BITMIME, so the copy has to be 7-bit. */
  readonly sevenBit?: true;
  /** The copy is shown and does not leave: its signatures are written with an empty `b=`. */
  readonly unsigned?: true;
};

/** Returns the message with its change. */
export type Stage = (message: Message, facts: Facts) => Message;
