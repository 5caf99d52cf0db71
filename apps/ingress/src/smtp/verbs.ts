import type { BareLineEndings } from '@waybill/relay/account';
import type { SaslExchange } from './sasl-wire.ts';

/** What a client showed in the TLS handshake, which proves that it holds the key. Who signed it nobody asks: it is known by itself. */
export type ClientCertificate = {
  /** SHA-256 of the certificate, lower-case hex. */
  readonly fingerprint: string;
  readonly validFrom: Date;
  readonly validTo: Date;
};

/** What a verb may know of the connection, always as it is now. */
export type Client = {
  /** In its one spelling; behind a trusted proxy the client's own. */
  readonly ip: string;
  readonly heloName: string | undefined;
  readonly saidEhlo: boolean;
  readonly isSecure: boolean;
  /** Version and cipher suite. */
  readonly tls: string | undefined;
  readonly certificate: ClientCertificate | undefined;
};

export type HandedOver = {
  readonly bytes: Buffer;
  /** Bare CRs and LFs were made CRLF. */
  readonly isRepaired: boolean;
};

export type Parameters = ReadonlyMap<string, string | undefined>;

/** One session's verbs. Each resolves to the positive reply or rejects; only `smtp-reply.ts` words a rejection. */
export type Verbs = {
  /** Mechanisms for EHLO; empty: AUTH is not offered now. */
  mechanisms(): readonly string[];
  /** Throws where AUTH has no place. */
  startAuth(mechanism: string): SaslExchange;
  mailFrom(path: string, parameters: Parameters): Promise<void>;
  rcptTo(path: string, parameters: Parameters): Promise<void>;
  /** Whether DATA has its place now: some recipient was accepted. */
  hasRecipient(): boolean;
  /** Before 354. Rejects when the client may no longer send. */
  beginData(): Promise<void>;
  /** The client lost its rights: after the refusal that says so the session ends. */
  isOver(): boolean;
  /** Bytes that are kept of the message of this transaction. */
  maxMessageBytes(): number;
  /** What becomes of a bare CR or LF in the message of this transaction. */
  bareLineEndings(): BareLineEndings;
  /** Text of the 250, status first. */
  message(message: HandedOver): Promise<string>;
  /** RSET, EHLO, end of message: the transaction is gone. RFC 5321 §4.1.1.5. */
  reset(): void;
  /** Everything that was learned before TLS is gone. RFC 3207 §4.2. */
  forget(): void;
  isAuthenticated(): boolean;
  /** The same, once the address of the client was looked up: its paths are taken without their angle brackets too. */
  isKnownClient(): Promise<boolean>;
  /** The connection is gone. */
  close(): void;
};

export type OpenVerbs = (client: Client) => Verbs;
