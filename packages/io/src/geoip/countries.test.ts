import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { openCountries } from './countries.ts';

let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'waybill-countries-'));
});
after(() => rm(folder, { recursive: true }));

const bytesOf = (value: number, size: number): Buffer => {
  const bytes = Buffer.alloc(size);
  bytes.writeUIntBE(value, 0, size);
  return bytes;
};

/** A value in the data section. MaxMind DB File Format Specification v2.0, "Output Data Section". */
function encode(value: unknown): Buffer {
  if (typeof value === 'string')
    return Buffer.concat([Buffer.from([(2 << 5) | value.length]), Buffer.from(value)]);
  if (typeof value === 'number') return Buffer.concat([Buffer.from([(6 << 5) | 4]), bytesOf(value, 4)]);
  if (Array.isArray(value)) return Buffer.concat([Buffer.from([value.length, 11 - 7]), ...value.map(encode)]);
  const entries = Object.entries(value as object);
  const parts = entries.flatMap(([name, inner]) => [encode(name), encode(inner)]);
  return Buffer.concat([Buffer.from([(7 << 5) | entries.length]), ...parts]);
}

/** A database that knows one network of IPv4, /16, and nothing else. */
function databaseOf(prefix: readonly [number, number], found: unknown): Buffer {
  const nodes = 16;
  const bits = [...prefix].flatMap((byte) =>
    Array.from({ length: 8 }, (_, place) => (byte >> (7 - place)) & 1),
  );
  const tree = bits.map((bit, node) => {
    // Behind the tree and its separator of 16 bytes the data begins; the number of nodes itself means that there is nothing.
    const next = node === nodes - 1 ? nodes + 16 : node + 1;
    return Buffer.concat(
      bit === 0 ? [bytesOf(next, 3), bytesOf(nodes, 3)] : [bytesOf(nodes, 3), bytesOf(next, 3)],
    );
  });
  const metadata = {
    binary_format_major_version: 2,
    binary_format_minor_version: 0,
    build_epoch: 1_700_000_000,
    database_type: 'Test-Country',
    description: {},
    ip_version: 4,
    languages: ['en'],
    node_count: nodes,
    record_size: 24,
  };
  const marker = Buffer.from('abcdef4d61784d696e642e636f6d', 'hex');
  return Buffer.concat([...tree, Buffer.alloc(16), encode(found), marker, encode(metadata)]);
}

const lines: unknown[] = [];
const log = { warn: (...line: unknown[]) => void lines.push(line) };

test('the country of an address is looked up in the file of the operator', async () => {
  const file = join(folder, 'countries.mmdb');
  await writeFile(file, databaseOf([198, 51], { country: { iso_code: 'NZ' } }));
  const { countryOf } = openCountries(file, log as never);
  assert.equal(await countryOf('198.51.100.7'), 'NZ');
  assert.equal(await countryOf('203.0.113.7'), undefined);
  assert.deepEqual(lines, []);
});

test('without a file no country is known, and a file that cannot be read is logged', async () => {
  assert.equal(await openCountries(undefined, log as never).countryOf('198.51.100.7'), undefined);
  assert.equal(lines.length, 0);
  assert.equal(
    await openCountries(join(folder, 'absent.mmdb'), log as never).countryOf('198.51.100.7'),
    undefined,
  );
  assert.equal(lines.length, 1);
});
