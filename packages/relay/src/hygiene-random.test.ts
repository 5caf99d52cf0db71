import assert from 'node:assert/strict';
import { test } from 'node:test';
import { repeatedFields } from '@waybill/mail/header/repeated-fields';
import { parseHeaders } from '@waybill/mail/headers';
import { cleaned } from './hygiene.test-support.ts';

/** Random numbers in [0, below), the same in every run (mulberry32). */
const dice = (seed: number) => {
  let state = seed;
  return (below: number): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296) * below);
  };
};
type Dice = ReturnType<typeof dice>;
const pick = <T>(roll: Dice, of: readonly [T, ...T[]]): T => of[roll(of.length)] ?? of[0];

type Choices = readonly [string, ...string[]];

const dates: Choices = [
  'Date: Sat, 28 Nov 2026 10:00:00 +0100',
  'date:\tSat,  28 Nov 2026 10:00:00 -0000 (UTC)',
  'Date: 28 Nov 26 10:00 GMT',
  'Date: Sat,\r\n 28 Nov 2026\r\n 10:00:00 EST (Eastern (US))',
  'DATE : Tue, 29 Feb 2028 23:59:60 +0545',
];
const ids: Choices = [
  'Message-ID: <a@acme.test>',
  'Message-Id:\r\n <very.long-id_of/an+app=1@[192.0.2.1]>',
  'message-id: <"quoted@id"@acme.test> (by the app)',
];
const subjects: Choices = [
  'Subject: Your order',
  'Subject:',
  'Subject: =?utf-8?q?K=C3=A1va?=\r\n =?utf-8?b?w6k=?=',
  `Subject: ${'word '.repeat(190)}`,
  `Subject: ${'x'.repeat(989)}`,
];
const recipients: Choices = [
  'To: bob@there.example',
  'To: "Bob, B." <bob@there.example>,\r\n\tc@there.example (C (nested))',
  'To: undisclosed-recipients:;',
  `To: ${Array.from({ length: 40 }, (_, index) => `u${index}@x.example`).join(', ')}`,
];
const extras: Choices = [
  'Reply-To: =?iso-8859-1?q?J=F6rg?= <j@acme.test>',
  'References: <a@x.example> <b@x.example>\r\n <c@x.example>',
  'In-Reply-To: <a@x.example>',
  'MIME-Version: 1.0 (app)',
  'Content-Type: text/plain; charset=utf-8',
  'Content-Transfer-Encoding: 8bit',
  'X-Tag: one',
  'X-Tag: one',
  'Received: from a.example by b.example; Sat, 28 Nov 2026 10:00:00 +0100',
  'DKIM-Signature: v=1; a=rsa-sha256; d=app.test; s=a; h=from; bh=x; b=y',
  'List-Unsubscribe: <https://acme.test/u>, <mailto:u@acme.test>',
];
const faults: Choices = [
  'Date: yesterday',
  'Message-ID: <>',
  'Subject: K\u00e1va \ud83c\udf89',
  'To: Zo\u00eb <zoe@there.example>, b@there.example (\u00e9)',
  'To: zo\u00eb@there.example',
  `References: ${Array.from({ length: 90 }, (_, index) => `<${index}@mail.example>`).join('')}`,
  `To: ${Array.from({ length: 90 }, (_, index) => `user${index}@example.com`).join(',')}`,
  `X-Data: ${'y'.repeat(2_000)}`,
  `List-Help: <https://acme.test/${'z'.repeat(1_000)}>`,
  'Bcc: hidden@there.example',
  'Return-Path: <a@acme.test>',
  'Content-Disposition: attachment; filename="\u00fc.pdf"',
  'MIME-Version: 1.0',
  'MIME-Version: 1.0',
];

const shuffled = (roll: Dice, fields: readonly string[]): readonly string[] =>
  fields
    .map((field) => ({ field, at: roll(1_000_000) }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ field }) => field);

const bodies: Choices = [
  'Hi\r\n',
  '',
  '\r\n\r\n',
  'ä ö\r\n.\r\nDate: no header\r\n',
  `${'z'.repeat(2_000)}\r\n`,
];

const messageOf = (roll: Dice, fields: readonly string[]): Buffer =>
  Buffer.from(`${shuffled(roll, fields).join('\r\n')}\r\n\r\n${pick(roll, bodies)}`);

function cleanMessage(roll: Dice): Buffer {
  const more = extras.filter(() => roll(2) === 0);
  const fields = [pick(roll, dates), pick(roll, ids), pick(roll, subjects), pick(roll, recipients), ...more];
  return messageOf(roll, ['From: Ada <ada@acme.test>', ...fields]);
}

function faultyMessage(roll: Dice): Buffer {
  const kept = [dates, ids, subjects, recipients].filter(() => roll(2) === 0).map((of) => pick(roll, of));
  return messageOf(roll, [
    'From: M\u00fcller <ada@acme.test>',
    ...kept,
    ...faults.filter(() => roll(3) === 0),
  ]);
}

test('2,000 clean messages are sent byte for byte as received, without a note', () => {
  const roll = dice(6409);
  for (let count = 0; count < 2_000; count++) {
    const client = cleanMessage(roll);
    const { bytes, notes } = cleaned(client);
    assert.equal(bytes.toString('latin1'), client.toString('latin1'));
    assert.deepEqual(notes, []);
  }
});

test('the stages do not change their own output for 2,000 faulty messages', () => {
  const roll = dice(5322);
  let changed = 0;
  for (let count = 0; count < 2_000; count++) {
    const client = faultyMessage(roll);
    // The gates refuse such a message.
    if (repeatedFields(parseHeaders(client).fields).differing) continue;
    const once = cleaned(client).bytes;
    if (!once.equals(client)) changed += 1;
    const twice = cleaned(once);
    assert.equal(twice.bytes.toString('latin1'), once.toString('latin1'));
    assert.ok(
      twice.notes.every(({ what }) => / left with /.test(what)),
      JSON.stringify(twice.notes),
    );
  }
  assert.ok(changed > 300, `${changed} messages had a fault`);
});
