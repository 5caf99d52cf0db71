import type { Phase as ReplyPhase } from '@waybill/mail/smtp-phase';

/** The step of an attempt; during `dns` no server can reply yet. */
export type Phase = 'dns' | ReplyPhase;

/** How a conversation ends without a reply. `ledger`: the caller could not record that the dot goes out. */
export type Failure = 'refused' | 'unreachable' | 'timeout' | 'closed' | 'garbage' | 'tls' | 'ledger';

/** Thrown when the conversation cannot go on. It says nothing about the recipient, so it never becomes a bounce. */
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

/** The error of a socket as a `ConnectionError`. */
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
