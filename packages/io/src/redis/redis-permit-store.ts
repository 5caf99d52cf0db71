import {
  PERMIT_LIFETIME_MS,
  type PermitGrant,
  type PermitStore,
  WANTED_MS,
} from '../concurrency/permits/permit-store.ts';
import type { Log } from '../log/log.ts';
import { openRedis } from './redis-client.ts';

/**
 * KEYS: for each claim the hash of its holders and the counter of its tokens. ARGV: holder, lifetime, time for which a refusal shows,
 * then for each claim: limit, hold, whether it waits, limit per second, tokens. A field of a hash reads `held refusedUntil expiresAt`.
 * Redis runs a script alone, so the sums are exact.
 */
const claimScript = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local holder, lifetime, wanted_ms = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
local grants = {}
for index = 1, #KEYS / 2 do
  local holders, counter = KEYS[2 * index - 1], KEYS[2 * index]
  local at = 3 + 5 * (index - 1)
  local limit, hold, waits = tonumber(ARGV[at + 1]), tonumber(ARGV[at + 2]), ARGV[at + 3] == '1'
  local per_second, wanted_tokens = tonumber(ARGV[at + 4]), tonumber(ARGV[at + 5])
  local others, sharers, wanted = 0, 1, 0
  local fields = redis.call('HGETALL', holders)
  for i = 1, #fields, 2 do
    local held, refused, expires = string.match(fields[i + 1], '(%d+) (%d+) (%d+)')
    if tonumber(expires) <= now then
      redis.call('HDEL', holders, fields[i])
    elseif fields[i] ~= holder then
      others = others + tonumber(held)
      sharers = sharers + 1
      if tonumber(refused) > now then wanted = 1 end
    end
  end
  local granted = math.max(0, math.min(hold, limit - others))
  local refused = 0
  if waits or granted < hold then refused = now + wanted_ms end
  if granted == 0 and refused == 0 then
    redis.call('HDEL', holders, holder)
  else
    redis.call('HSET', holders, holder, string.format('%d %d %d', granted, refused, now + lifetime))
    redis.call('PEXPIRE', holders, lifetime)
  end
  local tokens = 0
  if wanted_tokens > 0 then
    local key = counter .. ':' .. time[1]
    local taken = tonumber(redis.call('GET', key) or '0')
    tokens = math.max(0, math.min(wanted_tokens, per_second - taken))
    redis.call('SET', key, taken + tokens, 'PX', 2000)
  end
  grants[index] = { granted, lifetime, wanted, sharers, tokens, 1000 - math.floor(time[2] / 1000) }
end
return grants`;

type Reply = readonly (readonly [number, number, number, number, number, number])[];

const grantOf = ([
  held,
  expiresInMs,
  isWanted,
  sharers,
  tokens,
  tokensExpireInMs,
]: Reply[number]): PermitGrant => ({
  held,
  expiresInMs,
  isWanted: isWanted === 1,
  sharers,
  tokens,
  tokensExpireInMs,
});

export function redisPermitStore(redisUrl: string, log: Pick<Log, 'debug'>): PermitStore {
  const redis = openRedis(redisUrl, log);
  return {
    async claim(holder, claims) {
      const names = claims.flatMap(({ key }) => [`waybill:permits:${key}`, `waybill:permit-rate:${key}`]);
      const values = claims.flatMap(({ limit, hold, isWaiting, perSecond, tokens }) => [
        limit,
        hold,
        isWaiting ? 1 : 0,
        perSecond ?? 0,
        tokens,
      ]);
      const times = [PERMIT_LIFETIME_MS, WANTED_MS];
      const reply = await redis.eval(claimScript, names.length, ...names, holder, ...times, ...values);
      return (reply as Reply).map(grantOf);
    },
    async close() {
      redis.disconnect();
    },
  };
}
