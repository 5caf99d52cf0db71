import { anId, type Bench } from './bench.ts';

/** An account with a verified domain and an SMTP credential of its own. */
export type Tenant = { readonly account: string; readonly domain: string; readonly key: string };

let count = 0;

export async function newTenant(bench: Bench): Promise<Tenant> {
  count += 1;
  const domain = `tenant${count}.test`;
  const account = await bench.addAccount(domain);
  const key = anId();
  await bench.query(
    `INSERT INTO smtp_credential (id, account_id, username, name, secret_hash) VALUES ($1, $2, $3, 'k', '\\x00')`,
    [key, account, `user-${key}`],
  );
  return { account, domain, key };
}
