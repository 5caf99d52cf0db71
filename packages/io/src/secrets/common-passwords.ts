/** Passwords of people with the list of common ones, which a package carries. Loaded at the first password that is set. */
import type { Passwords } from '@waybill/relay/people/stores';
import { openPasswordHashes } from './password-hash.ts';

async function loadList(): Promise<ReadonlySet<string>> {
  const { dictionary } = await import('@zxcvbn-ts/language-common');
  return new Set(dictionary['passwords-common']);
}

export function openPasswords(secret: Buffer): Passwords {
  let list: Promise<ReadonlySet<string>> | undefined;
  return {
    ...openPasswordHashes(secret),
    async isCommon(text) {
      list ??= loadList();
      return (await list).has(text);
    },
  };
}
