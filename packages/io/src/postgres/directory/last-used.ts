import { normalIp } from '@waybill/mail/addresses/ip-address';
import { lruCache } from '../../cache/lru-cache.ts';
import type { Countries } from '../../geoip/countries.ts';
import type { Database } from '../connection/database.ts';

export type UsedKind = 'smtp_credential' | 'api_key';

export type Use = {
  readonly ip: string;
  readonly at: Date;
  /** The program, where the protocol names it. */
  readonly agent?: string | undefined;
  /** An API key crossed a network in clear text. */
  readonly isPlainHttp?: boolean;
};

/**
 * Records when a credential was last used, from which address, and the networks from which it was used: a new one is the event
 * `credential.new_network`. Saved every few seconds; a crash loses the unsaved part.
 */
export type LastUsed = {
  note(kind: UsedKind, id: string, use: Use): void;
  close(): Promise<void>;
};

export type LastUsedDependencies = {
  readonly database: Database;
  readonly countries: Countries;
};

const FLUSH_MS = 5_000;
/** Networks of credentials that this process knows to be recorded. */
const MAX_KNOWN = 20_000;

type Seen = Use & { readonly id: string };
type Pending = { readonly last: Map<string, Use>; readonly networks: Map<string, Seen> };

const nothing = (): Pending => ({ last: new Map(), networks: new Map() });

const saveSql = (table: UsedKind): string => `
  UPDATE ${table} SET last_used_at = used.at, last_used_ip = used.ip
    ${table === 'api_key' ? ', last_used_agent = used.agent, plain_http_at = CASE WHEN used.is_plain THEN used.at ELSE plain_http_at END' : ''}
  FROM unnest($1::uuid[], $2::inet[], $3::timestamptz[], $4::text[], $5::boolean[]) AS used(id, ip, at, agent, is_plain)
  WHERE ${table}.id = used.id AND (last_used_at IS NULL OR last_used_at < used.at)`;

/** Keys of the operator have no account, so no event is appended. */
const networksSql = (table: UsedKind): string => `
  WITH used AS (
    SELECT DISTINCT ON (id, waybill_network_of(ip)) id, ip, waybill_network_of(ip) AS network, at, country
    FROM unnest($1::uuid[], $2::inet[], $3::timestamptz[], $4::text[]) AS t(id, ip, at, country)
    ORDER BY id, waybill_network_of(ip), at
  ), added AS (
    INSERT INTO credential_network (credential_id, network, account_id, country, first_used_at)
    SELECT used.id, used.network, account_id, used.country, used.at FROM used JOIN ${table} USING (id) WHERE account_id IS NOT NULL
    ORDER BY used.id, used.network
    ON CONFLICT DO NOTHING
    RETURNING *
  )
  INSERT INTO event (id, account_id, type, occurred_at, detail)
  SELECT waybill_make_id(first_used_at), added.account_id, 'credential.new_network', first_used_at, jsonb_strip_nulls(jsonb_build_object(
    '${table === 'api_key' ? 'key_id' : 'credential_id'}', credential_id, 'ip', host(used.ip), 'network', added.network::text, 'country', added.country,
    'is_first', NOT EXISTS (SELECT FROM credential_network AS known WHERE known.credential_id = added.credential_id)))
  FROM added JOIN used ON used.id = added.credential_id AND used.network = added.network`;

/** One use over plain HTTP counts, also when later ones of the same seconds went over TLS. */
const laterOf = (before: Use | undefined, use: Use): Use =>
  before?.isPlainHttp ? { ...use, isPlainHttp: true } : use;

/** A rough name of the network, for this process only: it may tell apart what is one network. */
const networkName = (ip: string): string => ip.split(/[.:]/).slice(0, 2).join('.');

export function openLastUsed({ database, countries }: LastUsedDependencies): LastUsed {
  let pending: Record<UsedKind, Pending> = { smtp_credential: nothing(), api_key: nothing() };
  const known = lruCache<1>({ maxEntries: MAX_KNOWN });

  const saveLast = async (kind: UsedKind, last: Pending['last']): Promise<void> => {
    // The same order in every process, so that they cannot deadlock.
    const uses = [...last].sort(([a], [b]) => (a < b ? -1 : 1));
    if (uses.length === 0) return;
    await database.pool.query(saveSql(kind), [
      uses.map(([id]) => id),
      uses.map(([, use]) => use.ip),
      uses.map(([, use]) => use.at),
      uses.map(([, use]) => use.agent),
      uses.map(([, use]) => use.isPlainHttp ?? false),
    ]);
  };

  const saveNetworks = async (kind: UsedKind, networks: Pending['networks']): Promise<void> => {
    const seen = [...networks.values()];
    if (seen.length === 0) return;
    const { rowCount } = await database.pool.query(networksSql(kind), [
      seen.map(({ id }) => id),
      seen.map(({ ip }) => ip),
      seen.map(({ at }) => at),
      await Promise.all(seen.map(({ ip }) => countries.countryOf(ip))),
    ]);
    for (const name of networks.keys()) known.set(name, 1);
    if ((rowCount ?? 0) > 0) database.eventsWritten();
  };

  const flush = async (): Promise<void> => {
    const due = pending;
    pending = { smtp_credential: nothing(), api_key: nothing() };
    // A failure is ignored: the next use of the credential records it again.
    await Promise.allSettled(
      (['smtp_credential', 'api_key'] as const).flatMap((kind) => [
        saveLast(kind, due[kind].last),
        saveNetworks(kind, due[kind].networks),
      ]),
    );
  };

  const timer = setInterval(() => void flush(), FLUSH_MS);
  timer.unref();
  return {
    note(kind, id, given) {
      const { at } = given;
      const ip = normalIp(given.ip) ?? given.ip;
      const { last } = pending[kind];
      last.set(id, laterOf(last.get(id), { ...given, ip }));
      const name = `${id} ${networkName(ip)}`;
      if (known.get(name) === undefined && !pending[kind].networks.has(name))
        pending[kind].networks.set(name, { id, ip, at });
    },
    async close() {
      clearInterval(timer);
      await flush();
    },
  };
}
