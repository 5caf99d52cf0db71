/** What attempts are made with. `outbound.ts` opens it from the settings. */
import type {
  AttemptResult,
  ClaimedDelivery,
  DeliveryStore,
  JobProducer,
  StoppedDelivery,
  SuppressionList,
} from '@waybill/relay/ports';
import type { Rules } from './classify.ts';
import type { GateDependencies } from './gate-facts.ts';
import type { HeldLeases } from './leases.ts';
import type { RouteDependencies } from './route.ts';
import type { Slots } from './slots.ts';
import type { AttemptDependencies } from './try-hosts.ts';

export type OutboundDependencies = AttemptDependencies &
  RouteDependencies & {
    readonly store: DeliveryStore;
    readonly directory: GateDependencies['directory'];
    readonly jobs: JobProducer;
    readonly rules: Rules;
    /** Sessions of an account, and of a host, at a time. */
    readonly slots: { readonly accounts: Slots; readonly hosts: Slots };
    /** The longest pause, before it is spread, of a delivery whose account or host has no session free: `busyPauseMs`. */
    readonly busyMs: number;
    readonly leases: HeldLeases;
    readonly now: () => Date;
    readonly suppressions: Pick<SuppressionList, 'add' | 'among'>;
    readonly onAttempt: (done: Done) => void;
    /** A gate stopped a delivery, so no attempt was made. */
    readonly onStop: (delivery: ClaimedDelivery, stopped: StoppedDelivery) => void;
    /** What went wrong beside the mail: it delays or repeats, and loses nothing. */
    readonly onTrouble: (error: unknown, what: string) => void;
  };

/** An attempt that was made; `error` is one of ours. */
export type Done = {
  readonly delivery: ClaimedDelivery;
  readonly result: AttemptResult;
  readonly error: unknown;
  readonly tookMs: number;
};
