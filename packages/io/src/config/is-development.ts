import type { Config } from './config.ts';

const loopback = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

/** Whether this is `waybill dev`. A copied setting alone is not enough: people must reach the API by a loopback address. */
export const isDevelopment = (config: Pick<Config, 'WAYBILL_DEVELOPMENT' | 'WAYBILL_PUBLIC_URL'>): boolean =>
  config.WAYBILL_DEVELOPMENT && loopback.test(new URL(config.WAYBILL_PUBLIC_URL).hostname);
