import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Directory, SuppressionList } from '@waybill/relay/ports';

/** What every directory under test is given as the platform's own names. */
export const platformNames = ['relay.hosting.test'];

export type SettingsBench = {
  /** As it answers now. */
  directory(): Directory;
  readonly suppressions: SuppressionList;
  account(): Promise<string>;
  network(network: { cidr: string; accountId: string | undefined; shared: boolean }): Promise<void>;
  fromAddress(claim: { accountId: string; address: string; isProved: boolean }): Promise<void>;
  domain(accountId: string, domain: string): Promise<void>;
  /** An id of no account. */
  anId(): string;
};

type Case = readonly [title: string, work: (bench: SettingsBench) => Promise<void>];

const directories: readonly Case[] = [
  [
    'an account is found by its id, and what is no id finds nothing',
    async ({ directory, account, anId }) => {
      const id = await account();
      assert.equal((await directory().accountById(id))?.id, id);
      for (const other of [anId(), 'nonsense', ''])
        assert.equal(await directory().accountById(other), undefined);
    },
  ],
  [
    'every network that contains an address is found, the longest prefix first, also for IPv4 in IPv6',
    async ({ directory, account, network }) => {
      const [first, second] = [await account(), await account()];
      await network({ cidr: '203.0.0.0/16', accountId: undefined, shared: false });
      await network({ cidr: '203.0.113.64/26', accountId: second, shared: false });
      await network({ cidr: '203.0.113.0/24', accountId: first, shared: true });
      for (const ip of ['203.0.113.65', '::ffff:203.0.113.65'])
        assert.deepEqual(
          (await directory().networksContaining(ip)).map((one) => [
            one.cidr,
            one.prefixLength,
            one.accountId,
            one.shared,
          ]),
          [
            ['203.0.113.64/26', 26, second, false],
            ['203.0.113.0/24', 24, first, true],
            ['203.0.0.0/16', 16, undefined, false],
          ],
        );
      assert.deepEqual(await directory().networksContaining('198.51.100.1'), []);
      assert.deepEqual(await directory().networksContaining('2001:db8::1'), []);
    },
  ],
  [
    'a From address names the accounts that registered it, and which of them proved it',
    async ({ directory, account, fromAddress }) => {
      const [first, second] = [await account(), await account()];
      await fromAddress({ accountId: first, address: 'news@shared.example', isProved: true });
      await fromAddress({ accountId: second, address: 'news@shared.example', isProved: false });
      const claims = await directory().fromAddressClaims('news@shared.example');
      assert.deepEqual(
        new Map(claims.map(({ accountId, isProved }) => [accountId, isProved])),
        new Map([
          [first, true],
          [second, false],
        ]),
      );
      assert.deepEqual(await directory().fromAddressClaims('other@shared.example'), []);
    },
  ],
  [
    'a domain is held by the account that verified the most specific domain at or above it',
    async ({ directory, account, domain }) => {
      const [first, second] = [await account(), await account()];
      await domain(first, 'own.test');
      await domain(second, 'shop.own.test');
      const held = async (name: string) => {
        const holder = await directory().domainHolder(name);
        return holder?.kind === 'account' ? [holder.accountId, holder.domain] : holder;
      };
      assert.deepEqual(await held('own.test'), [first, 'own.test']);
      assert.deepEqual(await held('deep.sub.own.test'), [first, 'own.test']);
      assert.deepEqual(await held('shop.own.test'), [second, 'shop.own.test']);
      assert.deepEqual(await held('eu.shop.own.test'), [second, 'shop.own.test']);
      assert.equal(await held('notown.test'), undefined);
    },
  ],
  [
    'a name of the platform and everything below it is held by the platform, whatever an account verified above it',
    async ({ directory, account, domain }) => {
      await domain(await account(), 'hosting.test');
      for (const name of ['relay.hosting.test', 'a.b.relay.hosting.test'])
        assert.deepEqual(await directory().domainHolder(name), {
          kind: 'platform',
          domain: 'relay.hosting.test',
        });
      assert.equal((await directory().domainHolder('other.hosting.test'))?.kind, 'account');
    },
  ],
];

const suppressing: readonly Case[] = [
  [
    'a suppressed address is found in every spelling, under its folded form',
    async ({ suppressions, account }) => {
      const id = await account();
      await suppressions.add(id, { address: 'Ada@There.example', reason: 'manual', streamId: undefined }, {});
      const found = await suppressions.among(id, undefined, ['ADA@there.example', 'bob@there.example']);
      assert.deepEqual(
        [...found].map(([key, { address, reason }]) => [key, address, reason]),
        [['ada@there.example', 'ada@there.example', 'manual']],
      );
    },
  ],
  [
    'one for the whole account counts in every stream, one for a stream in that stream only',
    async ({ suppressions, account, anId }) => {
      const [id, stream, other] = [await account(), anId(), anId()];
      const address = 'ada@there.example';
      await suppressions.add(id, { address, reason: 'unsubscribe', streamId: stream }, {});
      const reasonIn = async (streamId: string | undefined) =>
        (await suppressions.among(id, streamId, [address])).get(address)?.reason;
      assert.deepEqual(
        [await reasonIn(stream), await reasonIn(other), await reasonIn(undefined)],
        ['unsubscribe', undefined, undefined],
      );
      await suppressions.add(id, { address, reason: 'complaint', streamId: undefined }, {});
      assert.deepEqual(
        [await reasonIn(stream), await reasonIn(other), await reasonIn(undefined)],
        ['complaint', 'complaint', 'complaint'],
      );
    },
  ],
  [
    'the first reason stays',
    async ({ suppressions, account }) => {
      const id = await account();
      const address = 'ada@there.example';
      for (const reason of ['hard_bounce', 'manual'] as const)
        await suppressions.add(id, { address, reason, streamId: undefined }, {});
      assert.equal((await suppressions.among(id, undefined, [address])).get(address)?.reason, 'hard_bounce');
    },
  ],
  [
    'what one account suppressed is nothing to another',
    async ({ suppressions, account }) => {
      const [id, other] = [await account(), await account()];
      await suppressions.add(id, { address: 'a@there.example', reason: 'manual', streamId: undefined }, {});
      assert.equal((await suppressions.among(other, undefined, ['a@there.example'])).size, 0);
    },
  ],
];

/** What every directory and suppression list does, whatever they keep their rows in. */
export function settingsContract(name: string, open: () => SettingsBench): void {
  for (const [title, work] of [...directories, ...suppressing]) test(`${name}: ${title}`, () => work(open()));
}
