import { randomFillSync } from 'node:crypto';

const POOL_OCTETS = 8_192;

/**
 * Random octets for ids, some hundred at a time: to ask the system costs the same for ten octets and for thousands. Each octet
 * is given out once. Not for secrets: these must not lie in a pool.
 */
export function openRandomOctets(): (size: number) => Buffer {
  let pool = Buffer.alloc(0);
  return (size) => {
    if (pool.length < size) pool = randomFillSync(Buffer.allocUnsafeSlow(Math.max(size, POOL_OCTETS)));
    const octets = pool.subarray(0, size);
    pool = pool.subarray(size);
    return octets;
  };
}
