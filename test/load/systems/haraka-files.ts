/** The configuration of Haraka, as text: AUTH PLAIN, DKIM, outbound to one next hop, in a folder of its own. */
export type HarakaPlan = {
  readonly smtpPort: number;
  readonly sinkPort: number;
  readonly domain: string;
  readonly selector: string;
  readonly login: { readonly username: string; readonly password: string };
  /** PEM, PKCS #8. */
  readonly privateKey: string;
};

export const HARAKA_WORKERS = 2;

/** `local_mx_ok`: Haraka otherwise refuses a next hop on loopback. */
const outboundIni = `enable_tls=false
local_mx_ok=true
inet_prefer=v4
`;

const smtpIni = ({ smtpPort }: HarakaPlan): string => `listen=127.0.0.1:${smtpPort}
nodes=${HARAKA_WORKERS}
daemonize=false
force_shutdown_timeout=5
`;

/** The body is signed in relaxed form too, as the product and OpenDKIM do. */
const dkimIni = ({ domain, selector }: HarakaPlan): string => `[sign]
enabled=true
domain=${domain}
selector=${selector}
headers=From, Sender, Reply-To, Subject, Date, Message-ID, To, Cc, MIME-Version, Content-Type, Content-Transfer-Encoding

[canon]
body=relaxed

[verify]
enabled=false
`;

const authIni = ({ login }: HarakaPlan): string => `[core]
methods=PLAIN
constrain_sender=false

[users]
${login.username}=${login.password}
`;

/** Haraka asks each plugin for the next hop before it asks DNS: every domain leads to the sink. */
const nextHopPlugin = ({ sinkPort }: HarakaPlan): string => `'use strict'
exports.hook_get_mx = (next) => next(OK, { priority: 0, exchange: '127.0.0.1', port: ${sinkPort} })
`;

/** Contents by path below Haraka's folder. */
export const harakaFiles = (plan: HarakaPlan): Readonly<Record<string, string>> => ({
  'config/plugins': 'auth/flat_file\ndkim\nnext_hop\n',
  'config/me': 'peer.example\n',
  'config/smtp.ini': smtpIni(plan),
  'config/outbound.ini': outboundIni,
  'config/dkim.ini': dkimIni(plan),
  'config/auth_flat_file.ini': authIni(plan),
  'config/log.ini': '[main]\nlevel=warn\nformat=default\n',
  [`config/dkim/${plan.domain}/private`]: plan.privateKey,
  [`config/dkim/${plan.domain}/selector`]: `${plan.selector}\n`,
  'plugins/next_hop.js': nextHopPlugin(plan),
});
