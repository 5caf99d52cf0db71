/** The configuration of the peer, as text: Postfix with SASL AUTH and OpenDKIM, everything in folders of its own. */
export type PeerPlan = {
  readonly folder: string;
  readonly smtpPort: number;
  readonly milterPort: number;
  readonly sinkPort: number;
  readonly domain: string;
  readonly selector: string;
};

export const mainCf = ({ folder, milterPort, sinkPort }: PeerPlan): string => `compatibility_level = 3.6
queue_directory = ${folder}/queue
data_directory = ${folder}/data
maillog_file = ${folder}/log/postfix.log
maillog_file_prefixes = ${folder}
myhostname = peer.example
mydestination =
mynetworks =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
local_recipient_maps =
alias_maps =
alias_database =
relayhost = [127.0.0.1]:${sinkPort}
message_size_limit = 26214400
smtpd_tls_security_level = none
smtp_tls_security_level = none
smtpd_sasl_auth_enable = yes
smtpd_sasl_type = cyrus
smtpd_sasl_path = smtpd
cyrus_sasl_config_path = ${folder}/config/sasl
smtpd_sasl_security_options = noanonymous
smtpd_sasl_local_domain = peer.example
smtpd_relay_restrictions = permit_sasl_authenticated, reject
smtpd_milters = inet:127.0.0.1:${milterPort}
milter_default_action = tempfail
`;

/** The services of Debian's master.cf that a relay uses, none of them in a chroot. */
export const masterCf = ({ smtpPort }: PeerPlan): string =>
  [
    `127.0.0.1:${smtpPort} inet n - n - - smtpd`,
    'pickup unix n - n 60 1 pickup',
    'cleanup unix n - n - 0 cleanup',
    'qmgr unix n - n 300 1 qmgr',
    'tlsmgr unix - - n 1000? 1 tlsmgr',
    'rewrite unix - - n - - trivial-rewrite',
    'bounce unix - - n - 0 bounce',
    'defer unix - - n - 0 bounce',
    'trace unix - - n - 0 bounce',
    'verify unix - - n - 1 verify',
    'flush unix n - n 1000? 0 flush',
    'proxymap unix - - n - - proxymap',
    'smtp unix - - n - - smtp',
    'relay unix - - n - - smtp',
    'showq unix n - n - - showq',
    'error unix - - n - - error',
    'retry unix - - n - - error',
    'discard unix - - n - - discard',
    'anvil unix - - n - 1 anvil',
    'scache unix - - n - 1 scache',
    'postlog unix-dgram n - n - 1 postlogd',
    '',
  ].join('\n');

/** `config/sasl/smtpd.conf`: Debian's Postfix looks beside its main.cf and ignores cyrus_sasl_config_path. */
export const saslConf = ({ folder }: PeerPlan): string => `pwcheck_method: auxprop
auxprop_plugin: sasldb
sasldb_path: ${folder}/sasl/sasldb2
mech_list: PLAIN
`;

export const openDkimConf = ({ folder, milterPort, domain, selector }: PeerPlan): string => `Syslog no
Mode s
Domain ${domain}
Selector ${selector}
KeyFile ${folder}/dkim/private.pem
RequireSafeKeys no
Canonicalization relaxed/relaxed
SignatureAlgorithm rsa-sha256
Socket inet:${milterPort}@127.0.0.1
UserID opendkim
PidFile ${folder}/dkim/opendkim.pid
`;
