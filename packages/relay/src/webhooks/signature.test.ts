import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeWebhookSecret, signatureHeaders } from './signature.ts';

const signed = {
  id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
  at: new Date(1_614_265_330_000),
  body: '{"test": 2432232314}',
};

test('a request is signed as in the published example of Standard Webhooks', () => {
  assert.deepEqual(signatureHeaders(signed, ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw']), {
    'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    'webhook-timestamp': '1614265330',
    'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  });
});

test('during a rotation there is one signature for each secret', () => {
  const secrets = ['whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA', 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'];
  const [first, second] = signatureHeaders(signed, secrets)['webhook-signature'].split(' ');
  assert.equal(second, 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=');
  assert.notEqual(first, second);
});

test('a secret is whsec_ and 32 random bytes in base64', () => {
  const secret = makeWebhookSecret((size) => Buffer.alloc(size, 7));
  assert.equal(secret, `whsec_${Buffer.alloc(32, 7).toString('base64')}`);
});
