import { randomFillSync } from 'node:crypto';

const POOL_BYTES = 8_192;

/**
 * Random bytes for ids, some hundred at a time: to ask the system costs the same for ten bytes and for thousands. Each byte
 * is given out once. Not for secrets: these must not lie in a pool.
 */
export function openRandomBytes(): (size: number) => Buffer {
  let pool = Buffer.alloc(0);
  return (size) => {
    if (pool.length < size) pool = randomFillSync(Buffer.allocUnsafeSlow(Math.max(size, POOL_BYTES)));
    const bytes = pool.subarray(0, size);
    pool = pool.subarray(size);
    return bytes;
  };
}
