/**
 * Passwords of people: argon2id of Node itself, on its thread pool. RFC 9106. Stored in the PHC string form. A key of the master key goes
 * into the hash, so that a copy of the database alone cannot be searched.
 */
import { argon2, type BinaryLike, randomBytes, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { openSemaphore } from '../concurrency/semaphore.ts';

/** OWASP Password Storage Cheat Sheet: 19 MiB, two passes, one lane. */
const MEMORY_KIB = 19_456;
const PASSES = 2;
const PARALLELISM = 1;
const SALT_BYTES = 16;
const TAG_BYTES = 32;
/** Memory and threads stay bounded however many people log in at once. */
const AT_ONCE = 2;

type Cost = { readonly memory: number; readonly passes: number; readonly parallelism: number };

const derive = promisify(argon2);

const text64 = (bytes: Buffer): string => bytes.toString('base64').replace(/=+$/, '');

const pattern = /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/;

type Parsed = Cost & { readonly salt: Buffer; readonly tag: Buffer };

function parsePhc(text: string): Parsed {
  const [, memory, passes, parallelism, salt = '', tag = ''] = pattern.exec(text) ?? [];
  if (memory === undefined) throw new Error('A stored password hash is not in a form this version reads');
  return {
    memory: Number(memory),
    passes: Number(passes),
    parallelism: Number(parallelism),
    salt: Buffer.from(salt, 'base64'),
    tag: Buffer.from(tag, 'base64'),
  };
}

export type PasswordHashes = {
  hash(password: string): Promise<string>;
  /** Without a hash it compares with one that nothing matches, and takes as long. */
  matches(password: string, hash: string | undefined): Promise<boolean>;
};

export function openPasswordHashes(secret: Buffer): PasswordHashes {
  const permits = openSemaphore({ total: AT_ONCE });
  const cost: Cost = { memory: MEMORY_KIB, passes: PASSES, parallelism: PARALLELISM };
  const nothing: Parsed = { ...cost, salt: randomBytes(SALT_BYTES), tag: randomBytes(TAG_BYTES) };

  const tagOf = async (message: BinaryLike, { memory, passes, parallelism, salt, tag }: Parsed) => {
    const release = await permits.acquire('');
    try {
      const parameters = { message, nonce: salt, secret, memory, passes, parallelism, tagLength: tag.length };
      return (await derive('argon2id', parameters as never)) as Buffer;
    } finally {
      release?.();
    }
  };
  return {
    async hash(password) {
      const salt = randomBytes(SALT_BYTES);
      const tag = await tagOf(password, { ...cost, salt, tag: Buffer.alloc(TAG_BYTES) });
      return `$argon2id$v=19$m=${MEMORY_KIB},t=${PASSES},p=${PARALLELISM}$${text64(salt)}$${text64(tag)}`;
    },
    async matches(password, hash) {
      const stored = hash === undefined ? nothing : parsePhc(hash);
      const tag = await tagOf(password, stored);
      return timingSafeEqual(tag, stored.tag) && hash !== undefined;
    },
  };
}
