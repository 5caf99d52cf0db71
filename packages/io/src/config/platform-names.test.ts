import assert from 'node:assert/strict';
import { test } from 'node:test';
import { platformNamesOf } from './platform-names.ts';

const config = {
  WAYBILL_PLATFORM_DOMAIN: 'Relay.Example',
  WAYBILL_RETURN_PATH_DOMAIN: 'bounces.relay.example.',
  WAYBILL_HOSTNAME: 'smtp.relay.example',
  WAYBILL_TRACKER_URL: 'https://t.clicks.example:8443/x',
};

test('the platform domain, the return path, the host name and the tracking host are names of the platform', () => {
  assert.deepEqual(platformNamesOf(config), [
    'relay.example',
    'bounces.relay.example',
    'smtp.relay.example',
    't.clicks.example',
  ]);
});

test('a tracking URL on an IP address adds no name', () => {
  for (const url of ['http://127.0.0.1:3001', 'http://[::1]:3001'])
    assert.deepEqual(platformNamesOf({ ...config, WAYBILL_TRACKER_URL: url }), [
      'relay.example',
      'bounces.relay.example',
      'smtp.relay.example',
    ]);
});
