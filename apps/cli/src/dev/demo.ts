import { type ApiClient, ApiError, apiClient } from './api-client.ts';
import type { DevFile } from './dev-file.ts';
import type { Vouch } from './vouch.ts';

/** Loopback networks of the demo, so that every kind of login can be tried on one machine. */
export const demoNetworks = {
  own: '127.0.0.42/32',
  shared: '127.0.0.44/32',
  trustedRelay: '127.0.0.43/32',
} as const;

type Login = DevFile['credential'];
export type DemoAccount = {
  readonly id: string;
  readonly domain: string;
  readonly credential: Login;
  readonly apiKey: string;
  readonly dkim: DevFile['dkim'];
};
export type Demo = { readonly first: DemoAccount; readonly second: DemoAccount };

type List<T> = { readonly data: readonly T[] };
type DnsRecord = { readonly purpose: string; readonly name: string; readonly value: string };
type Domain = {
  readonly id: string;
  readonly domain: string;
  readonly status: string;
  readonly records: readonly DnsRecord[];
  readonly dkim_keys: readonly { readonly selector: string; readonly algorithm: string }[];
};

type Place = {
  readonly url: string;
  readonly operatorKey: string;
  /** Replaces the look-up in DNS when the configured name server does not know the demo domains. */
  readonly vouch: Vouch | undefined;
};
type Wanted = {
  readonly name: string;
  readonly domain: string;
  readonly networks: readonly { readonly cidr: string; readonly shared: boolean }[];
};

const wanted: readonly [Wanted, Wanted] = [
  {
    name: 'Acme (demo)',
    domain: 'acme.test',
    networks: [
      { cidr: demoNetworks.own, shared: false },
      { cidr: demoNetworks.shared, shared: true },
    ],
  },
  { name: 'Beta (demo)', domain: 'beta.test', networks: [{ cidr: demoNetworks.shared, shared: true }] },
];

type Account = { readonly id: string; readonly name: string };

const accountById = (operator: ApiClient, id: string): Promise<Account | undefined> =>
  operator.get<Account>(`/v1/admin/accounts/${id}`).catch((error: unknown) => {
    if (error instanceof ApiError && error.status === 404) return undefined;
    throw error;
  });

/** The account of an earlier start, also after it was renamed; else the account with that name; else a new one. */
async function ensureAccount(
  operator: ApiClient,
  { name, knownId }: { readonly name: string; readonly knownId: string | undefined },
): Promise<string> {
  const known = knownId === undefined ? undefined : await accountById(operator, knownId);
  if (known) return known.id;
  const accounts = await operator.get<List<Account>>('/v1/admin/accounts?limit=100');
  const found = accounts.data.find((account) => account.name === name);
  return (found ?? (await operator.post<Account>('/v1/admin/accounts', { name }))).id;
}

async function ensureDomain(
  account: ApiClient,
  name: string,
  vouch: ((domainId: string) => Promise<void>) | undefined,
): Promise<Domain> {
  const domains = await account.get<List<Domain>>('/v1/domains?limit=100');
  const found =
    domains.data.find(({ domain }) => domain === name) ??
    (await account.post<Domain>('/v1/domains', { domain: name }));
  if (found.status === 'verified') return found;
  if (vouch) {
    await vouch(found.id);
    return account.get<Domain>(`/v1/domains/${found.id}`);
  }
  const checked = await account.post<Domain>(`/v1/domains/${found.id}/verify`, {});
  if (checked.status !== 'verified')
    throw new Error(`${name} could not be verified: ${JSON.stringify(checked.records)}`);
  return checked;
}

async function ensureNetworks(account: ApiClient, networks: Wanted['networks']): Promise<void> {
  const present = await account.get<List<{ cidr: string }>>('/v1/ip-networks?limit=100');
  for (const network of networks) {
    if (!present.data.some(({ cidr }) => cidr === network.cidr))
      await account.post('/v1/ip-networks', network);
  }
}

async function ensureTrustedRelay(operator: ApiClient): Promise<void> {
  const present = await operator.get<List<{ cidr: string }>>('/v1/admin/ip-networks?limit=100');
  if (present.data.some(({ cidr }) => cidr === demoNetworks.trustedRelay)) return;
  await operator.post('/v1/admin/ip-networks', {
    cidr: demoNetworks.trustedRelay,
    label: 'demo: submits mail for every account',
  });
}

/** The keys of an earlier start, if they are still valid for this account. */
async function usable(
  place: Place,
  id: string,
  before: Pick<DemoAccount, 'credential' | 'apiKey'> | undefined,
): Promise<typeof before> {
  if (before === undefined) return undefined;
  try {
    const account = await apiClient({ url: place.url, key: before.apiKey }).get<{ id: string }>(
      '/v1/account',
    );
    return account.id === id ? before : undefined;
  } catch (error) {
    if (error instanceof ApiError) return undefined;
    throw error;
  }
}

async function makeKeys(account: ApiClient): Promise<Pick<DemoAccount, 'credential' | 'apiKey'>> {
  const credential = await account.post<{ username: string; secret: string }>('/v1/smtp-credentials', {
    name: 'demo',
    cram_md5: true,
  });
  const key = await account.post<{ key: string }>('/v1/api-keys', { name: 'demo' });
  return { credential: { username: credential.username, password: credential.secret }, apiKey: key.key };
}

const dkimOf = (domain: Domain): DevFile['dkim'] =>
  domain.dkim_keys.flatMap(({ selector, algorithm }) => {
    const record = domain.records.find(
      ({ purpose, name }) => purpose === 'dkim' && name.startsWith(`${selector}.`),
    );
    return record ? [{ domain: domain.domain, selector, algorithm, txt: record.value }] : [];
  });

type Before = Pick<DemoAccount, 'id' | 'credential' | 'apiKey'> | undefined;

async function ensureDemoAccount(place: Place, want: Wanted, before: Before): Promise<DemoAccount> {
  const operator = apiClient({ url: place.url, key: place.operatorKey });
  const id = await ensureAccount(operator, { name: want.name, knownId: before?.id });
  const account = apiClient({ url: place.url, key: place.operatorKey, accountId: id });
  const { vouch } = place;
  const domain = await ensureDomain(account, want.domain, vouch && ((domainId) => vouch(id, domainId)));
  await ensureNetworks(account, want.networks);
  const keys = (await usable(place, id, before)) ?? (await makeKeys(account));
  return { id, domain: want.domain, ...keys, dkim: dkimOf(domain) };
}

/** Makes two accounts with verified domains, networks and keys through the API. Those of an earlier start are used again. */
export async function ensureDemo(place: Place, before: DevFile | undefined): Promise<Demo> {
  const [first, second] = await Promise.all([
    ensureDemoAccount(
      place,
      wanted[0],
      before && { id: before.account.id, credential: before.credential, apiKey: before.api.key },
    ),
    ensureDemoAccount(
      place,
      wanted[1],
      before && {
        id: before.second.id,
        credential: before.second.credential,
        apiKey: before.second.apiKey,
      },
    ),
    ensureTrustedRelay(apiClient({ url: place.url, key: place.operatorKey })),
  ]);
  return { first, second };
}
