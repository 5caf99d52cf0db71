/** What the engine needs. `packages/io/src/delivery/open-delivery.ts` opens it from the settings. */
import type { BounceRule } from '@waybill/relay/delivery/bounce-rules';
import type { MemoryBudget } from '@waybill/relay/delivery/memory-budget';
import type {
  AttemptResult,
  ClaimedDelivery,
  DeliveryStore,
  JobProducer,
  PrepareAgain,
  StoppedDelivery,
  SuppressionList,
} from '@waybill/relay/ports';
import type { Rules } from './classify.ts';
import type { GateDependencies } from './gate-facts.ts';
import type { HeldLeases } from './leases.ts';
import type { PermitPolicy } from './permits.ts';
import type { RefusedDeliveries } from './refused.ts';
import type { RouteDependencies } from './routes/route.ts';
import type { HostDependencies } from './try-hosts.ts';

export type DeliveryDependencies = HostDependencies &
  RouteDependencies & {
    readonly store: DeliveryStore;
    readonly directory: GateDependencies['directory'];
    /** Makes the patch again as 7-bit, for a next hop without 8BITMIME. */
    readonly prepareAgain: PrepareAgain;
    readonly jobs: JobProducer;
    readonly rules: Rules;
    /** Rules of the operator for replies. Never rejects. */
    readonly ownRules: () => Promise<readonly BounceRule[]>;
    readonly permits: PermitPolicy;
    readonly leases: HeldLeases;
    /** What found no session free. */
    readonly refused: Pick<RefusedDeliveries, 'add'>;
    /** For the bytes of large deliveries that are claimed from the queue. */
    readonly memory: MemoryBudget;
    readonly now: () => Date;
    readonly suppressions: Pick<SuppressionList, 'add' | 'among'>;
    /** An attempt was made. Called before it is saved. */
    readonly onAttempt: (done: Done) => void;
    /** A gate stopped a delivery, so no attempt was made. */
    readonly onStop: (delivery: ClaimedDelivery, stopped: StoppedDelivery) => void;
    /** What went wrong beside the mail: it delays or repeats, and loses nothing. */
    readonly onTrouble: (error: unknown, what: string) => void;
  };

/** An attempt that was made; `error` is an internal one. */
export type Done = {
  readonly delivery: ClaimedDelivery;
  readonly result: AttemptResult;
  readonly error: unknown;
  readonly tookMs: number;
};
