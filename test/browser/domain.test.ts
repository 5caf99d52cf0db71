/** The wizard of a domain, with a name server of the test whose records change while the page is open. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { firstAccount } from '../support/black-box.ts';
import { freePortOffset, startTestDev, type TestDev } from '../support/dev.ts';
import { type DnsStub, openDnsStub, type StubAnswer } from '../support/dns-stub.ts';
import { openBrowser, wideLight } from './browser.ts';
import { logIn, type Person } from './session.ts';

let dev: TestDev;
let dns: DnsStub;
let browser: Browser;
let person: Person;
const zone: Record<string, StubAnswer> = {};

before(async () => {
  dns = await openDnsStub(zone);
  const resolver = ['--resolver', dns.server];
  [dev, browser] = await Promise.all([
    startTestDev({ portOffset: await freePortOffset(), args: resolver }),
    openBrowser(),
  ]);
  person = await logIn(browser, dev.file, wideLight);
  person.context.setDefaultTimeout(30_000);
});
after(async () => {
  await browser.close();
  await dev.stop();
  await dns.close();
});

type Shown = {
  readonly purpose: string;
  readonly type: string;
  readonly name: string;
  readonly value: string;
  readonly required: boolean;
};

/** RFC 1035 §3.3.14: character-strings of at most 255 bytes. */
const publish = ({ type, name }: Shown, value: string): void => {
  zone[`${type} ${name}`] = type === 'MX' ? [mx(value)] : [type === 'TXT' ? value.match(/.{1,255}/g) : value];
};
const mx = (value: string) => {
  const [preference = '', exchange = ''] = value.split(' ');
  return { preference: Number(preference), exchange };
};

test('the wizard of a domain finds a wrong record and then the right ones by itself', async () => {
  const { page, open } = person;
  await open('/domains');
  await page.getByRole('button', { name: 'Add a domain' }).click();
  await page.getByRole('textbox', { name: 'Domain' }).fill('wizard.example');
  await page.getByRole('dialog').getByRole('button', { name: 'Add', exact: true }).click();
  await page.getByRole('heading', { name: 'wizard.example', level: 1 }).waitFor();

  const [domain] = (await firstAccount(dev.file).get('/v1/domains?limit=1')).data;
  const records = domain.records as readonly Shown[];
  const [dkim] = records.filter(({ purpose, required }) => purpose === 'dkim' && required);
  const card = page.getByRole('region', { name: `DKIM: signs your mail, ${dkim?.name}` });
  await card.getByText('Missing', { exact: true }).first().waitFor();

  if (dkim !== undefined) publish(dkim, 'v=DKIM1; k=rsa; p=AAAA');
  await card.getByText('Different', { exact: true }).first().waitFor();
  await card.getByText('v=DKIM1; k=rsa; p=AAAA').first().waitFor();

  for (const record of records) publish(record, record.value);
  await page.getByText('Everything is in place.').waitFor();
  await page.getByText('The domain went from Pending to Verified.').waitFor();
  await page.getByText('Signs your mail. Key made').first().waitFor();
});

test('a domain with CNAME records shows those, and the usual mistakes with its own names', async () => {
  const { page, open } = person;
  await open('/domains');
  await page.getByRole('button', { name: 'Add a domain' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox', { name: 'Domain' }).fill('alias.example');
  await dialog.getByLabel('DKIM keys as').selectOption('CNAME records');
  await dialog.getByText('The operator renews the keys behind them.').waitFor();
  await dialog.getByRole('button', { name: 'Add', exact: true }).click();
  await page.getByRole('heading', { name: 'alias.example', level: 1 }).waitFor();
  const [domain] = (await firstAccount(dev.file).get('/v1/domains?limit=1')).data;
  assert.equal(domain.dkim_record, 'cname');
  const keys = (domain.records as readonly Shown[]).filter(({ purpose }) => purpose === 'dkim');
  assert.deepEqual([...new Set(keys.map(({ type }) => type))], ['CNAME']);
  for (const { name } of keys)
    await page
      .getByRole('region', { name: `DKIM: signs your mail, ${name}` })
      .getByText('CNAME')
      .waitFor();
  await page.getByText('The usual mistakes').click();
  await page.getByText('_dmarc.alias.example.alias.example').waitFor();
  await page.getByText('CNAME flattening').waitFor();
  await page.getByText('Every check compares the records with the check before').waitFor();
  await open(
    `/domains/${(await firstAccount(dev.file).get('/v1/domains')).data.find(({ domain: name }: { domain: string }) => name === 'wizard.example').id}`,
  );
});

test('a key of its owner waits for its record, and the tracking host has one too', async () => {
  const { page } = person;
  await page.getByRole('button', { name: 'Add a key of your own' }).click();
  await page.getByRole('textbox', { name: 'Selector' }).fill('own2026');
  await page.getByRole('dialog').getByRole('button', { name: 'Add the key' }).click();
  await page.getByText('own2026').first().waitFor();
  await page.getByText('Does not sign yet').first().waitFor();
  await page.getByRole('button', { name: 'Set the tracking host' }).click();
  await page.getByRole('textbox', { name: 'Tracking host' }).fill('links.wizard.example');
  await page.getByRole('dialog').getByRole('button', { name: 'Set the tracking host' }).click();
  await page.getByText('links.wizard.example').waitFor();
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Zone file' }).click(),
  ]);
  assert.equal(file.suggestedFilename(), 'wizard.example.zone');
  assert.match(await readFile(await file.path(), 'utf8'), /own2026\._domainkey/);
});
