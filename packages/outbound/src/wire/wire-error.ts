import { phases as replyPhases } from '@waybill/relay/delivery/disposition';

/** Where in the conversation something happened; no reply comes while the way is looked up. */
export const phases = ['dns', ...replyPhases] as const;
export type Phase = (typeof phases)[number];

/** Ways in which a conversation ends without a reply. */
export type Failure = 'refused' | 'unreachable' | 'timeout' | 'closed' | 'garbage' | 'tls' | 'ledger';

/** The conversation cannot go on. Says nothing about the recipient, so it never becomes a bounce. */
export class WireError extends Error {
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
export function wireErrorOf(error: NodeJS.ErrnoException): WireError {
  const code = error.code ?? '';
  if (refusals.has(code)) return new WireError('refused', 'the connection was refused', { cause: error });
  if (unreachables.has(code))
    return new WireError('unreachable', `the address cannot be reached (${code})`, { cause: error });
  if (code === 'ETIMEDOUT') return new WireError('timeout', 'the connection timed out', { cause: error });
  return new WireError('closed', `the connection broke (${code || error.message})`, { cause: error });
}
