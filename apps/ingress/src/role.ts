/** What a listener is for. ARCHITECTURE §2, §9; RFC 6409, RFC 8314. */
export type Role = {
  readonly name: 'cleartext' | 'submission' | 'alternate' | 'submissions' | 'relay' | 'return_path';
  readonly purpose: 'submission' | 'relay' | 'return_path';
  readonly tls: 'none' | 'required' | 'implicit' | 'offered';
};

export const roles = {
  /** For development: no TLS, so it may only be bound to loopback. */
  cleartext: { name: 'cleartext', purpose: 'submission', tls: 'none' },
  submission: { name: 'submission', purpose: 'submission', tls: 'required' },
  /** The same as `submission` on another port. */
  alternate: { name: 'alternate', purpose: 'submission', tls: 'required' },
  submissions: { name: 'submissions', purpose: 'submission', tls: 'implicit' },
  relay: { name: 'relay', purpose: 'relay', tls: 'offered' },
  returnPath: { name: 'return_path', purpose: 'return_path', tls: 'offered' },
} as const satisfies Record<string, Role>;

/** Whether passwords may be sent on this connection as it is now. RFC 4954 §4. */
export const permitsAuth = (role: Role, isSecure: boolean): boolean =>
  role.purpose !== 'return_path' && (isSecure || role.name === 'cleartext');

/**
 * Whether a client is asked for a certificate in the handshake; none may be demanded. Where nobody logs in nobody is asked:
 * strangers' servers come to the return path, and some of them stumble over the question.
 */
export const asksCertificate = (role: Role): boolean => role.purpose !== 'return_path';

/** Whether nothing but STARTTLS makes sense yet. RFC 3207 §4. */
export const awaitsTls = (role: Role, isSecure: boolean): boolean => role.tls === 'required' && !isSecure;
