import { parseApiKey } from '@waybill/io/secrets/generated-secret';
import type { Credential } from '@waybill/relay/ports';

/** User name under which an API key is a password. docs/api.md §1. */
export const API_KEY_USER = 'apikey';
/**
 * Under what name guesses at a key are counted. All keys have one user name: were it locked, every account would be locked out
 * with it. What is no key at all shares that name, and opens nothing in any case.
 */
export function guessedNameOf(username: string, key: string | undefined): string {
  const id = username === API_KEY_USER && key !== undefined ? parseApiKey(key)?.id : undefined;
  return id === undefined ? username : `${username} ${id}`;
}

/** What a key may hold to send: the scope itself, all of its area, or all of the account. */
const sendingScopes = ['messages:send', 'messages:*', '*'] as const;

/** What is looked at of a stored key. Revoked and expired ones are never found. */
export type StoredApiKey = {
  readonly id: string;
  readonly accountId: string | undefined;
  readonly secretHash: Buffer;
  readonly scopes: readonly string[];
};

const maySend = ({ scopes }: StoredApiKey): boolean => sendingScopes.some((scope) => scopes.includes(scope));

type FindKey = (id: string) => Promise<StoredApiKey | undefined>;

/** The credential that a key stands for: a key of an account that may send. Whether it is the true key, its hash tells. */
export const apiKeyLogin =
  (find: FindKey) =>
  async (text: string): Promise<Credential | undefined> => {
    const parsed = parseApiKey(text);
    const stored = parsed && (await find(parsed.id));
    if (stored?.accountId === undefined || !maySend(stored)) return undefined;
    return {
      id: stored.id,
      accountId: stored.accountId,
      username: API_KEY_USER,
      secretHashes: [stored.secretHash],
      cramSecret: undefined,
      scram: undefined,
      streamId: undefined,
      sandbox: parsed?.kind === 'test',
      networks: [],
      senderDomains: [],
    };
  };
