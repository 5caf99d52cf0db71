import { readFile, rename, writeFile } from 'node:fs/promises';

type Listener = {
  readonly host: string;
  readonly port: number;
  readonly security: 'none' | 'starttls' | 'tls';
  readonly about?: string;
};
type Login = { readonly username: string; readonly password: string };

/** The content of `.waybill/dev.json`, which scripts and black-box tests read. ARCHITECTURE §9. */
export type DevFile = {
  readonly smtp: Listener;
  readonly smtpStartTls: Listener;
  readonly smtps: Listener;
  readonly relay: Listener;
  readonly caFile: string;
  readonly credential: Login;
  readonly api: { readonly url: string; readonly key: string; readonly operatorKey: string };
  /** A user with a password: owner of the first account, and operator. */
  readonly dashboard: { readonly url: string; readonly email: string; readonly password: string };
  readonly tracker: { readonly url: string };
  readonly returnPath: { readonly host: string; readonly port: number };
  readonly account: { readonly id: string; readonly domain: string };
  readonly second: {
    readonly id: string;
    readonly domain: string;
    readonly credential: Login;
    readonly apiKey: string;
  };
  readonly networks: { readonly own: string; readonly shared: string; readonly trustedRelay: string };
  readonly processes: Readonly<Record<string, number>>;
  readonly dkim: readonly {
    readonly domain: string;
    readonly selector: string;
    readonly algorithm: string;
    readonly txt: string;
  }[];
};

/** Written to a second file that is then renamed, so that no process reads half of it. Mode 0600: it holds secrets. */
export async function saveDevFile(path: string, content: DevFile): Promise<void> {
  await writeFile(`${path}.new`, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 });
  await rename(`${path}.new`, path);
}

/** The content that an earlier start wrote; `undefined`: the file is absent or unreadable, and is written again. */
export async function loadDevFile(path: string): Promise<DevFile | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as DevFile;
  } catch {
    return undefined;
  }
}
