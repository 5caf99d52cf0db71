/** SQLSTATEs of temporary errors: connection, shutdown, resources, failover, deadlock, time-out. */
const troubleStates = new Set(['57P01', '57P02', '57P03', '57014', '25006', '40001', '40P01', '55P03']);
const troubleClasses = new Set(['08', '53', '58']);

const socketCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  // Prisma: unreachable, timed out, closed, no connection free in time.
  'P1001',
  'P1002',
  'P1008',
  'P1017',
  'P2024',
  'P2028',
]);

/** pg throws these without a code. */
const troubleTexts =
  /Connection terminated|Query read timeout|timeout exceeded when trying to connect|not queryable|Client was closed|Cannot use a pool after calling end|Can't reach database|Connection is closed/i;

function isTroubleItself(error: Error): boolean {
  const code = (error as { code?: unknown }).code;
  if (typeof code === 'string' && (socketCodes.has(code) || troubleStates.has(code))) return true;
  if (typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code)) return troubleClasses.has(code.slice(0, 2));
  return troubleTexts.test(error.message);
}

/**
 * Whether the server is away, restarting or overloaded, or the connection was cut, so that the same statement may succeed later.
 * `false`: the data or the statement is wrong, and another try would fail as well.
 */
export function isConnectionTrouble(error: unknown): boolean {
  if (error instanceof AggregateError) return error.errors.some(isConnectionTrouble);
  if (!(error instanceof Error)) return false;
  return isTroubleItself(error) || isConnectionTrouble(error.cause);
}
