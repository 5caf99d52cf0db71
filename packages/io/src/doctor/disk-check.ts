/** Checks the free space on the disks that Waybill writes to. */
import { statfs } from 'node:fs/promises';
import type { Config } from '../config/config.ts';
import type { Database } from '../postgres/connection/database.ts';
import { type Check, type Finding, ill, well } from './finding.ts';
import { withOwnDatabase } from './own-database.ts';

/** Free and total space of the file system that holds a folder, in bytes. */
export type DiskSpace = { readonly free: number; readonly total: number };
type Folder = { readonly of: string; readonly space: DiskSpace };

/** A disk with less free space than this is reported. PostgreSQL stops when its disk is full, and then no mail is accepted. */
const LEAST_FREE_BYTES = 2 ** 30;
const LEAST_FREE_SHARE = 0.05;

export const isLow = ({ free, total }: DiskSpace): boolean =>
  free < LEAST_FREE_BYTES || free < total * LEAST_FREE_SHARE;

const units = ['bytes', 'kB', 'MB', 'GB', 'TB'];

/** `1536000` → `1.5 MB`: decimal units, as disks are sold and as `df -H` shows them. */
export function sizeText(bytes: number): string {
  const power = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(bytes, 1)) / 3));
  const amount = bytes / 1_000 ** power;
  return `${power > 0 && amount < 10 ? amount.toFixed(1) : Math.round(amount)} ${units[power]}`;
}

/** `undefined`: the folder does not exist here, or this user may not see it. */
const spaceOf = (path: string): Promise<DiskSpace | undefined> =>
  statfs(path).then(
    ({ bavail, blocks, bsize }) => ({ free: bavail * bsize, total: blocks * bsize }),
    () => undefined,
  );

/** The folder is named only to a user who may read settings, and only where server and client are one host. */
const placeSql = `
  SELECT pg_database_size(current_database())::float8 AS bytes,
         CASE WHEN inet_server_addr() IS NOT DISTINCT FROM inet_client_addr()
           THEN (SELECT setting FROM pg_settings WHERE name = 'data_directory') END AS folder`;

async function placeOf({ pool }: Pick<Database, 'pool'>) {
  const { rows } = await pool.query<{ bytes: number; folder: string | null }>(placeSql);
  const { bytes = 0, folder = null } = rows[0] ?? {};
  return { bytes, space: folder === null ? undefined : await spaceOf(folder) };
}

const sentenceOf = ({ of, space: { free, total } }: Folder): string =>
  `${of}: ${sizeText(free)} of ${sizeText(total)} free.`;

/** Asks over the given connection. Rejects when PostgreSQL does not answer. */
export async function lookAtDisks(
  { TRACKER_SPOOL_DIR }: Pick<Config, 'TRACKER_SPOOL_DIR'>,
  database: Pick<Database, 'pool'>,
): Promise<Finding> {
  const [place, spool] = await Promise.all([placeOf(database), spaceOf(TRACKER_SPOOL_DIR)]);
  const folders: readonly Folder[] = [
    ...(place.space === undefined ? [] : [{ of: 'Disk of PostgreSQL', space: place.space }]),
    ...(spool === undefined ? [] : [{ of: 'Disk of the spool of the tracker', space: spool }]),
  ];
  const sentence = [
    `The database takes ${sizeText(place.bytes)}.`,
    ...folders.map(sentenceOf),
    ...(place.space === undefined ? ['The disk of PostgreSQL cannot be seen from here.'] : []),
  ].join(' ');
  const low = folders.filter(({ space }) => isLow(space));
  return low.length === 0
    ? well(sentence)
    : ill(
        sentence,
        'Free space or add a disk before it is full. Shorter retention times of the streams remove stored mail.',
      );
}

export const diskCheck: Check = {
  name: 'disk',
  fix: 'Start PostgreSQL, or correct DATABASE_URL.',
  look: (config) => withOwnDatabase(config, (database) => lookAtDisks(config, database)),
};
