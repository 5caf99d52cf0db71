/** What a new account does, in its order, and what of it is done. */
import type { DomainView, MessageSummaryView, OwnAccountView } from '../../api/views.ts';

export const stepNames = ['send', 'arrive', 'domain', 'dns', 'live'] as const;
export type StepName = (typeof stepNames)[number];

type Found = {
  readonly account: Pick<OwnAccountView, 'effective_delivery_mode'>;
  readonly newest: Pick<MessageSummaryView, 'id'> | undefined;
  readonly delivered: Pick<MessageSummaryView, 'id'> | undefined;
  readonly domains: readonly Pick<DomainView, 'status'>[];
};

export type Done = Readonly<Record<StepName, boolean>>;

export function doneSteps({ account, newest, delivered, domains }: Found): Done {
  const isVerified = domains.some(({ status }) => status === 'verified');
  return {
    send: newest !== undefined,
    arrive: delivered !== undefined,
    domain: domains.length > 0,
    dns: isVerified,
    live: isVerified && account.effective_delivery_mode !== 'sandbox' && delivered !== undefined,
  };
}

/** Whether an event of this type may tick a step that is open. Later mail ticks nothing. */
export const mayTick = (type: string, done: Done): boolean =>
  type.startsWith('domain.') || (type.startsWith('message.') && (!done.arrive || (done.dns && !done.live)));

/** The step to do now; `undefined`: none is left. */
export const nextStep = (done: Done): StepName | undefined => stepNames.find((name) => !done[name]);
