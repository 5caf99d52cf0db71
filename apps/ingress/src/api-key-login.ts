import { parseApiKey } from '@waybill/io/secrets/generated-secret';
import type { Credential } from '@waybill/relay/ports';

/** User name under which an API key is a password. docs/api.md §1. */
export const API_KEY_USER = 'apikey';
/**
 * The name under which failures with an API key are counted. All keys share the user name `apikey`, so a lock of that name would lock out
 * every account. Text that is no key is counted under `apikey` itself, which no login needs.
 */
export function countedNameOf(username: string, key: string | undefined): string {
  const id = username === API_KEY_USER && key !== undefined ? parseApiKey(key)?.id : undefined;
  return id === undefined ? username : `${username} ${id}`;
}

/** The scopes that include sending: the scope itself, all of its area, or all of the account. */
const sendingScopes = ['messages:send', 'messages:*', '*'] as const;

/** The fields of a stored key that a login needs. Revoked and expired keys are not found. */
export type StoredApiKey = {
  readonly id: string;
  readonly accountId: string | undefined;
  readonly secretHashes: readonly Buffer[];
  readonly scopes: readonly string[];
  readonly networks: readonly string[];
  readonly senderDomains: readonly string[];
};

const maySend = ({ scopes }: StoredApiKey): boolean => sendingScopes.some((scope) => scopes.includes(scope));

type FindKey = (id: string) => Promise<StoredApiKey | undefined>;

/** The credential of an API key whose account and scopes allow sending. The caller compares the hash of the secret. */
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
      secretHashes: stored.secretHashes,
      cramSecret: undefined,
      scram: undefined,
      streamId: undefined,
      sandbox: parsed?.kind === 'test',
      networks: stored.networks,
      senderDomains: stored.senderDomains,
    };
  };
