/** Shares above which an account is suspended: its own ones, else those that the API uses where it has none. */
import type { OwnAccountView } from './views.ts';

export type SuspendingRates = { readonly bounced: number; readonly complained: number };

export const suspendingRates = ({ limits }: Pick<OwnAccountView, 'limits'>): SuspendingRates => ({
  bounced: limits.max_bounce_rate ?? 0.05,
  complained: limits.max_complaint_rate ?? 0.001,
});
