import assert from 'node:assert/strict';
import { test } from 'node:test';
import { domainsOfTreeWalk, parseDmarcRecord } from './dmarc.ts';

const good = [
  'v=DMARC1; p=none',
  'v=DMARC1;p=reject;',
  'v = DMARC1 ; sp=none; p=quarantine; adkim=s; aspf=r; t=y; psd=n; fo=1:d',
  'v=DMARC1; p=none; rua=mailto:a@acme.example, mailto:b@other.example',
  'v=DMARC1; p=none; unknown=tag',
];
for (const text of good)
  test(`${text} is a DMARC record without faults`, () => {
    assert.deepEqual(parseDmarcRecord(text)?.faults, []);
  });

const faulty: readonly (readonly [string, RegExp])[] = [
  ['v=DMARC1', /no policy/],
  ['v=DMARC1; p=block', /p=block/],
  ['v=DMARC1; p=none; rua=dmarc@acme.example', /rua=/],
  ['v=DMARC1; p=none; p=reject', /twice/],
  ['v=DMARC1; p=none; adkim=strict', /adkim=strict/],
  ['v=DMARC1, p=none', /^$/],
];
for (const [text, fault] of faulty)
  test(`${text} has a fault or is no record`, () => {
    assert.match(parseDmarcRecord(text)?.faults.join() ?? '', fault);
  });

test('tags that RFC 9989 removed are notes and no faults', () => {
  const record = parseDmarcRecord('v=DMARC1; p=none; pct=50; ri=3600');
  assert.deepEqual(record?.faults, []);
  assert.deepEqual(
    record?.notes.map((note) => note.slice(0, 3)),
    ['pct', 'ri='],
  );
});

test('the tree walk goes up label by label to the top, and cuts a long name to seven labels', () => {
  assert.deepEqual(domainsOfTreeWalk('a.mail.acme.example'), [
    'mail.acme.example',
    'acme.example',
    'example',
  ]);
  assert.equal(domainsOfTreeWalk('a.b.c.d.e.f.g.h.i.example')[0], 'd.e.f.g.h.i.example');
  assert.equal(domainsOfTreeWalk('b.c.d.e.f.g.h.example')[0], 'c.d.e.f.g.h.example');
});
