import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '@waybill/io/embedded/embedded-postgres';
import { freePort } from '../../support/database.ts';
import { makeOpenFolder } from '../../support/open-folder.ts';

/** A PostgreSQL that a test may stop and start again, on the same port and folder. */
export type PostgresServer = {
  readonly url: string;
  stop(): Promise<void>;
  start(): Promise<void>;
  close(): Promise<void>;
};

export async function startPostgres(): Promise<PostgresServer> {
  const root = await makeOpenFolder('queue');
  const port = await freePort();
  const open = () =>
    startEmbeddedPostgres({ folder: join(root, 'pg'), port, password: 'test', log: () => undefined });
  let server = await open();
  return {
    url: server.url,
    stop: () => server.stop(),
    start: async () => {
      server = await open();
    },
    close: async () => {
      await server.stop();
      await rm(root, { recursive: true, force: true });
    },
  };
}
