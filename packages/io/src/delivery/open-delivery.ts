/** Opens the delivery engine of a process from the settings: sessions, leases, limits, DNS, and what is logged and counted of it. */
import { readFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import tls from 'node:tls';
import type { DeliveryDependencies, Done } from '@waybill/delivery/dependencies';
import { openHeldLeases } from '@waybill/delivery/leases';
import { openPermittedSessions, type PermitPolicy } from '@waybill/delivery/permits';
import { openRefusedDeliveries } from '@waybill/delivery/refused';
import { claimAndDeliver } from '@waybill/delivery/sources';
import { openTlsMemory } from '@waybill/delivery/tls-memory';
import { outsideOf } from '@waybill/relay/domains/private-address';
import type { Directory, SuppressionList } from '@waybill/relay/ports';
import { rfcTimeouts } from '@waybill/smtp-client/timeouts';
import { openMemoryBudget } from '../concurrency/memory-budget.ts';
import { openPermits } from '../concurrency/permits/open-permits.ts';
import type { SharedPermits } from '../concurrency/permits/shared-permits.ts';
import type { Config } from '../config/config.ts';
import { openResolver } from '../dns/resolver.ts';
import type { Log } from '../log/log.ts';
import type { Metrics } from '../metrics/metrics.ts';
import { openOwnRules } from '../postgres/bounce-rules/own-rules.ts';
import type { Database } from '../postgres/connection/database.ts';
import { openDeliveryStore } from '../postgres/deliveries/delivery-store.ts';
import { openPrepareAgain } from '../preparing/prepare-again.ts';
import type { Preparing } from '../preparing/preparing.ts';
import type { Closer } from '../process/lifecycle.ts';
import { routeSettings } from './route-settings.ts';

const second = 1_000;
const SESSIONS_PER_DESTINATION = 20;
const WAIT_FOR_PERMIT_MS = 250;
const BUSY_MS = 5 * second;
const MAX_IDLE_MS = 10 * second;
const MAX_MESSAGES_PER_SESSION = 200;
const MAX_REFUSED = 5_000;
const TLS_MEMORY_MS = 3_600 * second;

export type DeliveryOptions = Pick<DeliveryDependencies, 'jobs'> & {
  /** The shared permits of a process that needs them for more than mail, which closes them; absent: the engine opens its own. */
  readonly permits?: SharedPermits;
  readonly directory: Directory;
  readonly suppressions: SuppressionList;
  readonly preparing: Pick<Preparing, 'prepareAgain'>;
  readonly config: Config;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly database: Database;
};

export type OpenedDelivery = {
  readonly dependencies: DeliveryDependencies;
  /** In the order in which they were opened. */
  readonly closers: readonly Closer[];
};

function secureContextOf(caFile: string | undefined): tls.SecureContext | undefined {
  if (caFile === undefined) return undefined;
  return tls.createSecureContext({ ca: [...tls.getCACertificates('default'), readFileSync(caFile, 'utf8')] });
}

const ownAddresses = (): ReadonlySet<string> =>
  new Set(Object.values(networkInterfaces()).flatMap((all) => (all ?? []).map(({ address }) => address)));

const reporterOf =
  ({ log, metrics }: DeliveryOptions) =>
  ({ delivery, result, error, tookMs }: Done): void => {
    const { outcome, endedAt, reason, attempt, host, ip, reply, category } = result;
    metrics.attempts.inc({ outcome });
    metrics.attemptSeconds.observe(tookMs / second);
    if (outcome === 'delivered')
      metrics.acceptToDeliveredSeconds.observe((endedAt.getTime() - delivery.acceptedAt.getTime()) / second);
    const { id: deliveryId, messageId, accountId } = delivery;
    const facts = {
      deliveryId,
      messageId,
      accountId,
      attempt,
      outcome,
      category,
      host,
      ip,
      code: reply?.code,
    };
    // What went well stands in the ledger and the trace; a line for each would cost more than its database row.
    const level = outcome === 'delivered' ? 'debug' : 'info';
    if (error === undefined) log[level]({ ...facts, reason, tookMs: Math.round(tookMs) }, 'attempted');
    else log.error({ ...facts, err: error }, 'attempt broke off');
  };

const stopReporterOf =
  ({ log, metrics }: DeliveryOptions): DeliveryDependencies['onStop'] =>
  ({ messageId, accountId }, { deliveryId, outcome, heldFor, reason }): void => {
    metrics.stopped.inc({ outcome, held_for: heldFor ?? '' });
    log.info({ deliveryId, messageId, accountId, outcome, heldFor, reason }, 'stopped before the attempt');
  };

/**
 * Transactions of one account at a time, over all processes: less than one process makes, so that the other accounts never wait for the
 * slow hosts of one.
 */
export const transactionsPerAccount = ({
  SENDER_CONCURRENCY: ofSender,
  WORKER_FIRST_ATTEMPTS: ofWorker,
}: Pick<Config, 'SENDER_CONCURRENCY' | 'WORKER_FIRST_ATTEMPTS'>): number =>
  Math.ceil(0.6 * Math.min(ofSender, ofWorker || ofSender));

export function openDelivery(settings: DeliveryOptions): OpenedDelivery {
  const { config, log, database, directory, suppressions, jobs, preparing } = settings;
  const now = (): Date => new Date();
  const onTrouble = (err: unknown, what: string): void => log.warn({ err }, what);
  const resolver = openResolver({ resolver: config.RESOLVER });
  const permits = settings.permits ?? openPermits({ redisUrl: config.REDIS_URL, database, log });
  const policy: PermitPolicy = {
    permits,
    perAccount: transactionsPerAccount(config),
    perDestination: SESSIONS_PER_DESTINATION,
    waitMs: WAIT_FOR_PERMIT_MS,
  };
  const pool = openPermittedSessions(policy, {
    timeouts: rfcTimeouts,
    secureContext: secureContextOf(config.OUTBOUND_CA_FILE),
    maxIdleMs: MAX_IDLE_MS,
    maxMessages: MAX_MESSAGES_PER_SESSION,
    onIdle: (destination) => refused.beginNext(destination),
  });
  const refused = openRefusedDeliveries({
    deliver: (id, dueBy) => claimAndDeliver(dependencies, id, dueBy),
    hasIdle: pool.hasIdle,
    most: MAX_REFUSED,
    now,
    onTrouble,
  });
  const store = openDeliveryStore({ database });
  const leases = openHeldLeases({ store, leaseMs: config.LEASE_SECONDS * second, now, onTrouble });
  const prepareAgain = openPrepareAgain({ ...preparing, store, directory, suppressions, now });
  const dependencies: DeliveryDependencies = {
    store,
    ownRules: openOwnRules(database, (error) => onTrouble(error, 'own rules not read')),
    prepareAgain,
    leases,
    refused,
    directory,
    resolver,
    pool,
    suppressions,
    jobs,
    rules: { waits: config.RETRY_MINUTES, random: Math.random, busyMs: BUSY_MS },
    random: Math.random,
    settings: routeSettings(config),
    permits: policy,
    isOutside: outsideOf(ownAddresses()),
    memory: openMemoryBudget(),
    tlsMemory: openTlsMemory(TLS_MEMORY_MS, Date.now),
    now,
    onAttempt: reporterOf(settings),
    onStop: stopReporterOf(settings),
    onTrouble,
  };
  const closers = [
    { name: 'delivery resolver', close: () => resolver.close() },
    ...(settings.permits === undefined ? [{ name: 'permits', close: () => permits.close() }] : []),
    { name: 'sessions', close: () => pool.close() },
    { name: 'leases', close: () => leases.close() },
    { name: 'refused deliveries', close: () => refused.close() },
  ];
  return { dependencies, closers };
}
