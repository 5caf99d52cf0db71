/** The country of an address, from a database file of the operator in MaxMind's format. The library is loaded at the first look-up. */
import { readFile } from 'node:fs/promises';
import type { CountryResponse } from 'mmdb-lib';
import type { Log } from '../log/log.ts';

export type Countries = {
  /** Two letters of ISO 3166-1; `undefined`: not known, or there is no file. */
  countryOf(ip: string): Promise<string | undefined>;
};

const nowhere: Countries = { countryOf: async () => undefined };

async function openReader(file: string) {
  const [{ Reader }, bytes] = await Promise.all([import('mmdb-lib'), readFile(file)]);
  return new Reader<CountryResponse>(bytes);
}

export function openCountries(file: string | undefined, log: Pick<Log, 'warn'>): Countries {
  if (file === undefined) return nowhere;
  let reader: ReturnType<typeof openReader> | undefined;
  return {
    async countryOf(ip) {
      try {
        reader ??= openReader(file);
        const found = (await reader).get(ip);
        return found?.country?.iso_code ?? found?.registered_country?.iso_code;
      } catch (err) {
        // The file may be replaced meanwhile: the next look-up opens it again.
        reader = undefined;
        log.warn({ err, file }, 'country not looked up');
        return undefined;
      }
    },
  };
}
