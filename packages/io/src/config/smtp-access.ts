import type { Config } from './config.ts';

/** Where programs submit over SMTP. A port that is `undefined` is not open. */
export type SmtpAccess = {
  readonly host: string;
  readonly startTlsPort: number | undefined;
  readonly tlsPort: number | undefined;
  readonly cleartextPort: number | undefined;
};

type Named = Pick<
  Config,
  'WAYBILL_HOSTNAME' | 'SMTP_SUBMISSION_PORT' | 'SMTP_SUBMISSIONS_PORT' | 'SMTP_CLEARTEXT_PORT'
>;

export const smtpAccessOf = (config: Named): SmtpAccess => ({
  host: config.WAYBILL_HOSTNAME,
  startTlsPort: config.SMTP_SUBMISSION_PORT,
  tlsPort: config.SMTP_SUBMISSIONS_PORT,
  cleartextPort: config.SMTP_CLEARTEXT_PORT,
});
