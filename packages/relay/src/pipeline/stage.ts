/**
 * The two shapes of the pipeline. A gate may name a refusal, before 250; a stage cannot, it only rewrites.
 * Facts are loaded before and never fetched inside: neither knows a port.
 */
import type { KeyObject } from 'node:crypto';
import type { DkimKey } from '@waybill/mail/dkim';
import type { Account, Stream, Suppression } from '../account.ts';
import type { OwnReturnPath } from '../domains/domain-records.ts';
import type { Message } from '../message.ts';
import type { RefusalCode } from '../refusal.ts';
import type { FromHeader } from '../submission/from-header.ts';
import type { TrackingKey } from '../tracking/token.ts';

/** A gate's no, ready to become a `Refusal`. `detail` is public. */
export type No = {
  readonly code: RefusalCode;
  readonly detail?: string;
  readonly retryAt?: Date;
};

/** What gates see of a submission: enough to refuse it, without a MIME tree that would only be thrown away. */
export type Submitted = Pick<Message, 'source' | 'envelope' | 'fields' | 'options'> & {
  readonly from: FromHeader;
};

/** What an account may send as, among the addresses that the submission names. Keys are normal forms. */
export type SenderFacts = {
  /** From addresses that this account registered and that are proved: confirmed by the mailbox, or vouched for. */
  readonly addresses: ReadonlySet<string>;
  /** Domains verified for this account. */
  readonly domains: ReadonlySet<string>;
  /** Domains at or below what another account verified or the platform owns: not even a lenient account may use them. */
  readonly foreignDomains: ReadonlySet<string>;
  /** Domains to which alone the credential may be put; empty: no limit. */
  readonly credentialDomains: readonly string[];
};

export type SizeFacts = { readonly maxMessageBytes: number; readonly maxRecipients: number };

export type GateFacts = {
  readonly account: Account;
  readonly senders: SenderFacts;
  /** Keyed by `foldedAddress`. */
  readonly suppressed: ReadonlyMap<string, Suppression>;
  readonly size: SizeFacts;
  /** Our own name in `Received:`, to see a message that comes round again. */
  readonly hostName: string;
};

export type Gate = (message: Submitted, facts: GateFacts) => No | undefined;

/** What stages may know. Everything secret in here is a key that is used, never one that is written into the message. */
export type Facts = {
  readonly now: Date;
  readonly acceptedAt: Date;
  /** Not before this time; `undefined`: at once. */
  readonly sendAt: Date | undefined;
  readonly account: Account;
  readonly stream: Stream;
  /** Keyed by `foldedAddress`. */
  readonly suppressed: ReadonlyMap<string, Suppression>;
  /** Active keys of the From domain of this account; empty when it is not verified for it. */
  readonly signingKeys: readonly DkimKey[];
  /** Keys of the installation's own domain. */
  readonly platformKeys: readonly DkimKey[];
  /** Whether the platform signs beside the account as well. Without account keys it always signs. */
  readonly platformSignature: boolean;
  readonly tracking: {
    /** Base of open, click and unsubscribe links, without a trailing slash. */
    readonly baseUrl: string;
    readonly key: TrackingKey;
  };
  /** Of the installation; its key makes every return path. */
  readonly returnPath: { readonly domain: string; readonly key: KeyObject };
  /** Of the From domain of this account; `undefined` when it is not verified for it. */
  readonly ownReturnPath: OwnReturnPath | undefined;
  /** The installation, as it stands in `Feedback-ID` and in a `Message-ID` we had to make. */
  readonly platformDomain: string;
};

export type Stage = (message: Message, facts: Facts) => Message;
