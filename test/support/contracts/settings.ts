import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Directory, SuppressionList } from '@waybill/relay/ports';

export type SettingsBench = {
  /** As it answers now. */
  directory(): Directory;
  readonly suppressions: SuppressionList;
  account(): Promise<string>;
  network(network: { cidr: string; accountId: string | undefined; shared: boolean }): Promise<void>;
  fromAddress(accountId: string, address: string): Promise<void>;
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
    'From addresses and domains name the accounts that have them',
    async ({ directory, account, fromAddress, domain }) => {
      const [first, second] = [await account(), await account()];
      await fromAddress(first, 'news@shared.example');
      await fromAddress(second, 'news@shared.example');
      await domain(first, 'own.test');
      assert.deepEqual(
        (await directory().accountsWithFromAddress('news@shared.example')).toSorted(),
        [first, second].toSorted(),
      );
      assert.deepEqual(await directory().accountsWithFromAddress('other@shared.example'), []);
      assert.deepEqual(await directory().accountsWithDomain('own.test'), [first]);
      assert.deepEqual(await directory().accountsWithDomain('sub.own.test'), []);
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
