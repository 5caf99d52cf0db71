/**
 * Finds the account of a message. Runs twice with the same evidence: in the session before 250, and in the worker from the
 * stored bytes. ARCHITECTURE §4.
 */
import { domainOf } from '@waybill/mail/address';
import { byPrefix } from './domains/networks.ts';
import { type AddressClaim, type DomainHolder, standingOf } from './domains/sender-standing.ts';

/** The steps that find an account, in their order: session, our header, connecting address, From. */
export const resolvers = ['auth', 'header', 'ip', 'from_address', 'from_domain'] as const;
export type ResolvedBy = (typeof resolvers)[number];

/** An account that the evidence names, and why it was chosen or rejected. */
export type Candidate = { readonly accountId: string; readonly by: ResolvedBy; readonly reason: string };

/** A registered network that contains an address. `accountId` is `undefined` for a trusted relay. */
export type NetworkMatch = {
  readonly networkId: string;
  readonly cidr: string;
  readonly prefixLength: number;
  readonly accountId: string | undefined;
  readonly shared: boolean;
};

/** The evidence of the origin of a message. Loaded before, because `resolveAccount` is pure. */
export type Evidence = {
  /** Accounts in the evidence that exist and are not deleted. Other accounts are rejected. */
  readonly liveAccounts: ReadonlySet<string>;
  /** The credential of the session; `undefined` in the worker. */
  readonly authenticated:
    | { readonly accountId: string; readonly credentialId: string | undefined }
    | undefined;
  /** The content of our header with a valid MAC; `forged`: a header without a valid MAC. */
  readonly header:
    | { readonly accountId: string; readonly credentialId: string | undefined }
    | 'forged'
    | undefined;
  readonly connectingIp: string | undefined;
  /** Registered networks that contain the connecting address. */
  readonly networks: readonly NetworkMatch[];
  /** Normal form of the one From address; `undefined` when there is none or more than one. */
  readonly fromAddress: string | undefined;
  readonly fromAddressClaims: readonly AddressClaim[];
  /** The holder of the domain of the From address. */
  readonly fromHolder: DomainHolder | undefined;
};

/** The account of a message and how it was found. */
export type Resolution = {
  /** `undefined`: undecided. The message is refused in the session or ends as a discard. */
  readonly accountId: string | undefined;
  readonly credentialId: string | undefined;
  readonly by: ResolvedBy | undefined;
  /** One sentence for the trace. */
  readonly reason: string;
  /** The rejected candidates, each with the reason. */
  readonly rejected: readonly Candidate[];
};

/** One account that a part of the evidence names. `because` is that part. */
type Claim = Candidate & {
  readonly credentialId?: string | undefined;
  readonly network?: NetworkMatch;
  /** The reason why this claim never counts. */
  readonly voidReason?: string | undefined;
};

/** The accounts between which From decides, after the connecting address. */
type Scope = {
  /** `undefined`: any account. */
  readonly accounts: ReadonlySet<string> | undefined;
  /** The most specific network that contains the address. */
  readonly network: NetworkMatch | undefined;
};

type Decision = { readonly winner: Claim | undefined; readonly scope: Scope };

const ranks: Readonly<Record<ResolvedBy, number>> = {
  auth: 0,
  header: 1,
  ip: 2,
  from_address: 3,
  from_domain: 3,
};
const names: Readonly<Record<ResolvedBy, string>> = {
  auth: 'authentication',
  header: 'our own header',
  ip: 'the connecting address',
  from_address: 'From',
  from_domain: 'From',
};

const sessionClaims = ({ authenticated, header }: Evidence): readonly Claim[] => [
  ...(authenticated
    ? [{ ...authenticated, by: 'auth' as const, reason: 'The session authenticated as this account' }]
    : []),
  ...(header && header !== 'forged'
    ? [
        {
          accountId: header.accountId,
          ...(header.credentialId === undefined ? {} : { credentialId: header.credentialId }),
          by: 'header' as const,
          reason: 'The X-Waybill-Account header names this account and its MAC verifies',
        },
      ]
    : []),
];

const networkClaims = ({ connectingIp, networks }: Evidence): readonly Claim[] =>
  byPrefix(networks).flatMap((network) =>
    network.accountId === undefined
      ? []
      : [
          {
            accountId: network.accountId,
            by: 'ip' as const,
            reason: `The connecting address ${connectingIp} lies in ${network.cidr}, registered by this account`,
            network,
          },
        ],
  );

/** The reason why a registered address does not count; `undefined`: it counts. */
function voidReason({ accountId, isProved }: AddressClaim, domain: string, holder: Evidence['fromHolder']) {
  const standing = standingOf({ accountId, domain, holder, isProved });
  if (standing === 'unproved')
    return 'the mailbox has not confirmed it and the operator has not vouched for it';
  if (standing !== 'foreign') return undefined;
  return holder?.kind === 'platform'
    ? `${holder.domain} is a name of the platform`
    : `${holder?.domain} is verified for another account`;
}

/** The claims of From: a verified domain first, then registered addresses. The first claim of an account is used. */
function fromClaims({ fromAddress, fromAddressClaims, fromHolder }: Evidence): readonly Claim[] {
  const domain = fromAddress === undefined ? undefined : domainOf(fromAddress);
  if (domain === undefined) return [];
  const owner = fromHolder?.kind === 'account' && fromHolder.domain === domain ? [fromHolder] : [];
  return [
    ...owner.map(({ accountId }) => ({
      accountId,
      by: 'from_domain' as const,
      reason: `The domain of ${fromAddress} is verified for this account`,
    })),
    ...fromAddressClaims.map((claim) => ({
      accountId: claim.accountId,
      by: 'from_address' as const,
      reason: `The From address ${fromAddress} is registered by this account`,
      voidReason: voidReason(claim, domain, fromHolder),
    })),
  ];
}

/** The longest prefix wins. One account with that network is chosen. Several accounts with it: From decides between them. */
function scopeOf(evidence: Evidence): Scope {
  const alive = evidence.networks.filter(
    ({ accountId }) => accountId === undefined || evidence.liveAccounts.has(accountId),
  );
  const [network] = byPrefix(alive);
  const matches = alive.filter(({ prefixLength }) => prefixLength === network?.prefixLength);
  const accounts = new Set(matches.flatMap(({ accountId }) => accountId ?? []));
  return { accounts: accounts.size > 0 ? accounts : undefined, network };
}

/**
 * A verified domain takes precedence over a registered address. An address that two accounts registered selects neither. The
 * claims are only those that count, without addresses in a domain that another account verified.
 */
function fromWinner(claims: readonly Claim[], scope: Scope): Claim | undefined {
  const inScope = claims.filter(
    ({ accountId, by }) => ranks[by] === ranks.from_domain && (scope.accounts?.has(accountId) ?? true),
  );
  const accounts = new Set(inScope.map(({ accountId }) => accountId));
  return accounts.size === 1 ? inScope[0] : undefined;
}

function decide(claims: readonly Claim[], evidence: Evidence): Decision {
  const scope = scopeOf(evidence);
  const session = claims.find(({ by }) => by === 'auth') ?? claims.find(({ by }) => by === 'header');
  if (session) return { winner: session, scope };
  const own = scope.accounts?.size === 1 ? scope.network : undefined;
  if (own) return { winner: claims.find(({ network }) => network?.prefixLength === own.prefixLength), scope };
  return { winner: fromWinner(claims, scope), scope };
}

const ipReason = ({ network }: Claim, { winner, scope }: Decision): string => {
  if (network && scope.network && network.prefixLength < scope.network.prefixLength) {
    return `${network.cidr} is less specific than ${scope.network.cidr}`;
  }
  const shared = `it shares ${network?.cidr} with others`;
  return winner
    ? `${shared}, and From belongs to another of them`
    : `${shared}, and From does not single it out`;
};

const fromReason = (claim: Claim, { scope }: Decision): string => {
  if (scope.accounts && !scope.accounts.has(claim.accountId)) {
    return `it is not registered for ${scope.network?.cidr}`;
  }
  return 'several accounts claim this From';
};

const lossReasonOf = (claim: Claim, decision: Decision): string => {
  const { winner } = decision;
  if (claim.voidReason !== undefined) return claim.voidReason;
  if (winner && ranks[winner.by] < ranks[claim.by])
    return `${names[winner.by]} decides before ${names[claim.by]}`;
  return claim.by === 'ip' ? ipReason(claim, decision) : fromReason(claim, decision);
};

const scopeWords = ({ accounts, network }: Scope): string => {
  if (!network) return '';
  if (!accounts) return `; ${network.cidr} is a trusted relay, so From decides`;
  return `; ${accounts.size} accounts share ${network.cidr}, so From decides among them`;
};

const uncapitalised = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);

/** The further evidence for the chosen account, for the trace. It does not affect the decision. */
function agreement(winner: Claim, claims: readonly Claim[]): string {
  const others = claims.filter(
    (claim) => claim.accountId === winner.accountId && claim !== winner && claim.voidReason === undefined,
  );
  if (others.length === 0) return '';
  return ` Other evidence agrees: ${others.map(({ reason }) => uncapitalised(reason)).join('; ')}.`;
}

function reasonOf({ winner, scope }: Decision, claims: readonly Claim[], evidence: Evidence): string {
  const forged = evidence.header === 'forged' ? ' A forged X-Waybill-Account header was ignored.' : '';
  if (winner) {
    const decided = `${winner.reason}${ranks[winner.by] === 3 ? scopeWords(scope) : ''}.`;
    return `${decided}${agreement(winner, claims)}${forged}`;
  }
  const what =
    evidence.fromAddress === undefined
      ? 'there is no single From address'
      : `${evidence.fromAddress} does not single out an account`;
  return `No credential, header or network names one account, and ${what}${scopeWords(scope)}.${forged}`;
}

/**
 * Session, then a header with a valid MAC, then the connecting address, then From. A deleted account is rejected and the next
 * step is tried. A suspended account is chosen, and the gate refuses its mail.
 */
export function resolveAccount(evidence: Evidence): Resolution {
  const claims = [...sessionClaims(evidence), ...networkClaims(evidence), ...fromClaims(evidence)];
  const isAlive = ({ accountId }: Claim) => evidence.liveAccounts.has(accountId);
  const counts = (claim: Claim) => isAlive(claim) && claim.voidReason === undefined;
  const decision = decide(claims.filter(counts), evidence);
  const { winner } = decision;
  const rejected = claims
    .filter(({ accountId }) => accountId !== winner?.accountId)
    .map((claim) => ({
      accountId: claim.accountId,
      by: claim.by,
      reason: `${claim.reason}, but ${isAlive(claim) ? lossReasonOf(claim, decision) : 'that account does not exist any more'}.`,
    }));
  return {
    accountId: winner?.accountId,
    credentialId: winner?.credentialId,
    by: winner?.by,
    reason: reasonOf(decision, claims, evidence),
    rejected,
  };
}
