/** Settings that have no default in production. No test reaches these names. */
export const productionNames = {
  WAYBILL_HOSTNAME: 'smtp.relay.example',
  WAYBILL_PLATFORM_DOMAIN: 'relay.example',
  WAYBILL_RETURN_PATH_DOMAIN: 'bounces.relay.example',
  WAYBILL_PUBLIC_URL: 'https://waybill.relay.example',
  WAYBILL_TRACKER_URL: 'https://t.relay.example',
  DELIVERY_MODE: 'sandbox',
  SANDBOX_PORT: '2528',
} as const;
