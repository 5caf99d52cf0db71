/** Bytes, as in older Nodes. */
const POOL_BYTES = 8_192;

/**
 * Node cuts small buffers out of shared pieces of 64 KiB, and a piece lives as long as the last buffer in it. One that has grown old
 * keeps all 64 KiB until the next major garbage collection, and 64 MiB of those start one: with a message of 30 KB that was
 * one every ten seconds at 100 messages a second, each delaying ten of them. Smaller pieces, smaller remains.
 */
export function useSmallBufferPool(): void {
  Buffer.poolSize = POOL_BYTES;
}
