/** The size of the buffer pool in older versions of Node, in bytes. */
const POOL_BYTES = 8_192;

/**
 * Node allocates small buffers from shared pools of 64 KiB. A pool is freed with its last buffer, and a long-lived buffer holds all 64 KiB
 * until the next major garbage collection, which 64 MiB of such memory start. With messages of 30 KB at 100 a second there was one every ten
 * seconds, and each delayed ten messages. Smaller pools hold less memory.
 */
export function useSmallBufferPool(): void {
  Buffer.poolSize = POOL_BYTES;
}
