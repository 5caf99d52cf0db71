import assert from 'node:assert/strict';
import { test } from 'node:test';
import { publicId } from '../id.ts';
import { publicFields, snakeName } from './public-json.ts';

const id = '01890a5d-ac96-774b-bcce-b302099a8057';

for (const [name, shown] of [
  ['clientIp', 'client_ip'],
  ['fromDomainAccounts', 'from_domain_accounts'],
  ['cramMd5', 'cram_md5'],
  ['already_snake', 'already_snake'],
  ['Message-ID', 'Message-ID'],
  ['MailFrom', 'MailFrom'],
  ['x', 'x'],
] as const)
  test(`${name} is shown as ${shown}`, () => assert.equal(snakeName(name), shown));

test('ids are shown with the prefix for their field, also in lists and nested objects', () => {
  assert.deepEqual(
    publicFields({
      accountId: id,
      authenticated: { accountId: id, credentialId: id },
      networks: [{ accountId: id, cidr: '192.0.2.0/24' }],
      liveAccounts: [id],
      fromAddressAccounts: [id, id],
      acceptedFor: id,
      report_id: id,
      deliveryIds: [id],
    }),
    {
      account_id: publicId('acc', id),
      authenticated: { account_id: publicId('acc', id), credential_id: publicId('cred', id) },
      networks: [{ account_id: publicId('acc', id), cidr: '192.0.2.0/24' }],
      live_accounts: [publicId('acc', id)],
      from_address_accounts: [publicId('acc', id), publicId('acc', id)],
      accepted_for: publicId('acc', id),
      report_id: publicId('rep', id),
      delivery_ids: [publicId('dlv', id)],
    },
  );
});

test('text that only looks like an id, dates, bytes and names of the client stay unchanged', () => {
  const at = new Date();
  const bytes = Buffer.from('x');
  const fields = {
    subject: id,
    at,
    bytes,
    metadata: { cartId: id },
    headers: { 'X-MyHeader': 'x', myHeader: 'y' },
  };
  assert.deepEqual(publicFields(fields), fields);
});

test('public JSON is mapped to itself', () => {
  const once = publicFields({ messageId: id, session: { clientIp: '192.0.2.1', tls: undefined } });
  assert.deepEqual(publicFields(once), once);
});
