/** Finds the deliveries of a group of `GET /v1/stats/attention`: by what the last event says of them, as `attentionKey` has it. */
import { parseDomain } from '@waybill/mail/address';
import type { TroubleFilter } from '@waybill/relay/management/message-filter';
import { hostPatternsOf } from '@waybill/relay/statistics/provider';
import { likeText } from './like-text.ts';

/** The domain in the form of an envelope. */
export const domainKey = (domain: string): string => parseDomain(domain) ?? domain.toLowerCase();

/** In the order of the places below. Absent ones do not restrict. */
export function troubleValues({ status, domain, provider, category, code }: TroubleFilter) {
  const hosts = provider === undefined ? undefined : hostPatternsOf(provider);
  const address = domain === undefined ? undefined : `%@${likeText(domainKey(domain))}`;
  return [status, address, category, code, hosts?.like, hosts?.unlike].map((value) => value ?? null);
}

/** `none` stands for what is not known. */
const lastSql = (place: (index: number) => string): string => `
  EXISTS (
    SELECT FROM (
      SELECT e.detail FROM event e
      WHERE e.message_id = d.message_id AND e.delivery_id = d.id AND e.account_id = d.account_id AND e.type = d.status
      ORDER BY e.seq DESC LIMIT 1
    ) AS last
    WHERE coalesce(${place(3)} = coalesce(last.detail->>'category', last.detail->>'held_for', 'none'), true)
      AND coalesce(${place(4)} = coalesce(last.detail->>'enhanced_code', last.detail->>'code', 'none'), true)
  )`;

/** The host that answered last; empty: none did. */
const hostSql = `coalesce((
    SELECT lower(h.detail->>'mx_host') FROM event h
    WHERE h.message_id = d.message_id AND h.delivery_id = d.id AND h.account_id = d.account_id AND h.detail ? 'mx_host'
    ORDER BY h.seq DESC LIMIT 1), '')`;

/** SQL: whether the delivery `d` meets all of `troubleValues`. */
export function troubleSql(list: string): string {
  const place = (index: number): string => `(${list}::text[])[${index}]`;
  return [
    `coalesce(d.status = ${place(1)}, true)`,
    `coalesce(lower(d.recipient) LIKE ${place(2)}, true)`,
    `(coalesce(${place(3)}, ${place(4)}) IS NULL OR ${lastSql(place)})`,
    `(${place(5)} IS NULL OR ${hostSql} ~ ${place(5)})`,
    `(${place(6)} IS NULL OR ${hostSql} !~ ${place(6)})`,
  ].join(' AND ');
}
