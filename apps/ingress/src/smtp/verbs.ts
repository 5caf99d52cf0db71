import type { BareLineEndings } from '@waybill/relay/account';
import type { SaslExchange } from './sasl-wire.ts';

/** The certificate of the client in the TLS handshake, which proves that the client has its key. Its issuer is not checked: the fingerprint is registered. */
export type ClientCertificate = {
  /** SHA-256 of the certificate, lower-case hex. */
  readonly fingerprint: string;
  readonly validFrom: Date;
  readonly validTo: Date;
};

/** The facts of the connection that verbs may use, always in their present state. */
export type Client = {
  /** In its normal spelling. Behind a trusted proxy it is the client's address. */
  readonly ip: string;
  readonly heloName: string | undefined;
  readonly usesEhlo: boolean;
  readonly isSecure: boolean;
  /** Version and cipher suite. */
  readonly tls: string | undefined;
  readonly certificate: ClientCertificate | undefined;
};

export type ReceivedMessage = {
  readonly bytes: Buffer;
  /** Bare CRs and LFs were made CRLF. */
  readonly isRepaired: boolean;
};

export type Parameters = ReadonlyMap<string, string | undefined>;

/** The verbs of one session. Each resolves to the positive reply or rejects. `smtp-reply.ts` turns a rejection into a reply. */
export type Verbs = {
  /** Mechanisms for EHLO; empty: AUTH is not offered now. */
  mechanisms(): readonly string[];
  /** Throws where AUTH is not allowed. */
  startAuth(mechanism: string): SaslExchange;
  mailFrom(path: string, parameters: Parameters): Promise<void>;
  rcptTo(path: string, parameters: Parameters): Promise<void>;
  /** Whether DATA is allowed now: a recipient was accepted. */
  hasRecipient(): boolean;
  /** Before 354. Rejects when the client may no longer send. */
  beginData(): Promise<void>;
  /** The client lost its rights: the session ends after the refusal. */
  isOver(): boolean;
  /** Largest message of this transaction, in bytes. */
  maxMessageBytes(): number;
  /** How a bare CR or LF in the message of this transaction is handled. */
  bareLineEndings(): BareLineEndings;
  /** Text of the 250, status first. */
  message(message: ReceivedMessage): Promise<string>;
  /** Ends the transaction: RSET, EHLO, end of message. RFC 5321 §4.1.1.5. */
  reset(): void;
  /** Forgets everything that was learned before TLS. RFC 3207 §4.2. */
  forget(): void;
  isAuthenticated(): boolean;
  /** Whether the client is known, after a look-up of its address. Its paths may then lack angle brackets. */
  isKnownClient(): Promise<boolean>;
  /** The connection was closed. */
  close(): void;
};

export type OpenVerbs = (client: Client) => Verbs;
