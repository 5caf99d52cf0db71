import { isLoopback } from '@waybill/relay/domains/networks';
import type { Config } from './config.ts';

/** Whether this is `waybill dev`. A copied setting is not enough: the API must have a loopback address. */
export const isDevelopment = (config: Pick<Config, 'WAYBILL_DEVELOPMENT' | 'WAYBILL_PUBLIC_URL'>): boolean =>
  config.WAYBILL_DEVELOPMENT && isLoopback(new URL(config.WAYBILL_PUBLIC_URL).hostname);
