/** The faults of what the truth rests on: the server, and the disk below it. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '@waybill/io/embedded/embedded-postgres';
import { freePort } from '../support/database.ts';
import { freePortOffset } from '../support/dev.ts';
import { makeOpenFolder } from '../support/open-folder.ts';
import {
  connectionsAreCut,
  databaseIsAway,
  databaseRestarts,
  diskIsFull,
  type Server,
} from './faults/database.ts';
import { killedAlone } from './faults/killed.ts';
import { type Installation, startInstallation } from './installation.ts';
import { assertAllKept } from './reckoning.ts';
import { openSmallDisk } from './small-disk.ts';

let folder: string;
let postgres: EmbeddedPostgres;
let installation: Installation;

before(async () => {
  folder = await makeOpenFolder('chaos-postgres');
  const port = await freePort();
  const start = (): Promise<EmbeddedPostgres> =>
    startEmbeddedPostgres({ folder: join(folder, 'data'), port, password: 'chaos', log: () => undefined });
  postgres = await start();
  server.start = async () => {
    postgres = await start();
  };
  installation = await startInstallation({
    portOffset: await freePortOffset(),
    env: { DATABASE_URL: postgres.url },
  });
});
after(async () => {
  await installation?.stop();
  await postgres.stop();
  await rm(folder, { recursive: true, force: true });
});

const server: Server = { stop: () => postgres.stop(), start: async () => undefined };

test('F08 PostgreSQL restarts under load', (t) => databaseRestarts(t, installation, server));
test('F08 PostgreSQL is away under load', (t) => databaseIsAway(t, installation, server));
test('F08 every connection to PostgreSQL is cut', (t) => connectionsAreCut(t, installation));
test('F01 the worker and the host of all other apps are killed under load', (t) =>
  killedAlone(t, installation, ['ingress', 'worker']));
test('all of it: nothing lost, nothing twice that was not said, nothing outside its end states', (t) =>
  assertAllKept(t, installation));

test('F09 the disk is full, and then it is not', async (t) => {
  const disk = await openSmallDisk(400);
  if (disk === undefined) return t.skip('a small disk cannot be mounted here');
  try {
    const small = await startInstallation({ portOffset: await freePortOffset(), folder: disk.folder });
    try {
      await diskIsFull(t, small);
      await assertAllKept(t, small);
    } finally {
      await small.stop();
    }
  } finally {
    await disk.close();
  }
});
