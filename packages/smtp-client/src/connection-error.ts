import type { Phase as ReplyPhase } from '@waybill/mail/smtp-phase';

/** Where in the conversation something happened; no reply comes while the way is looked up. */
export type Phase = 'dns' | ReplyPhase;

/** Ways in which a conversation ends without a reply. */
export type Failure = 'refused' | 'unreachable' | 'timeout' | 'closed' | 'garbage' | 'tls' | 'ledger';

/** The conversation cannot go on. Says nothing about the recipient, so it never becomes a bounce. */
export class ConnectionError extends Error {
  readonly failure: Failure;
  constructor(failure: Failure, message: string, options?: ErrorOptions) {
    super(message, options);
    this.failure = failure;
  }
}

const refusals = new Set(['ECONNREFUSED']);
const unreachables = new Set([
  'ENETUNREACH',
  'EHOSTUNREACH',
  'EADDRNOTAVAIL',
  'EINVAL',
  'EAFNOSUPPORT',
  'EACCES',
]);

/** A socket's error in our words. */
export function connectionErrorOf(error: NodeJS.ErrnoException): ConnectionError {
  const code = error.code ?? '';
  if (refusals.has(code))
    return new ConnectionError('refused', 'the connection was refused', { cause: error });
  if (unreachables.has(code))
    return new ConnectionError('unreachable', `the address cannot be reached (${code})`, { cause: error });
  if (code === 'ETIMEDOUT')
    return new ConnectionError('timeout', 'the connection timed out', { cause: error });
  return new ConnectionError('closed', `the connection broke (${code || error.message})`, { cause: error });
}
