/** The purpose of a listener. ARCHITECTURE §2, §9; RFC 6409, RFC 8314. */
export type Role = {
  readonly name: 'cleartext' | 'submission' | 'alternate' | 'submissions' | 'relay' | 'return_path';
  readonly purpose: 'submission' | 'relay' | 'return_path';
  readonly tls: 'none' | 'required' | 'implicit' | 'offered';
};

export const roles = {
  /** For development: no TLS, so it may be bound to loopback only. */
  cleartext: { name: 'cleartext', purpose: 'submission', tls: 'none' },
  submission: { name: 'submission', purpose: 'submission', tls: 'required' },
  /** The same as `submission` on another port. */
  alternate: { name: 'alternate', purpose: 'submission', tls: 'required' },
  submissions: { name: 'submissions', purpose: 'submission', tls: 'implicit' },
  relay: { name: 'relay', purpose: 'relay', tls: 'offered' },
  returnPath: { name: 'return_path', purpose: 'return_path', tls: 'offered' },
} as const satisfies Record<string, Role>;

/** Whether the connection in its present state may carry passwords. RFC 4954 §4. */
export const permitsAuth = (role: Role, isSecure: boolean): boolean =>
  role.purpose !== 'return_path' && (isSecure || role.name === 'cleartext');

/**
 * Whether the handshake asks for a client certificate. It never demands one. The return path does not ask, because no client logs in there
 * and some mail servers fail when asked.
 */
export const asksCertificate = (role: Role): boolean => role.purpose !== 'return_path';

/** Whether the client must send STARTTLS first. RFC 3207 §4. */
export const awaitsTls = (role: Role, isSecure: boolean): boolean => role.tls === 'required' && !isSecure;
