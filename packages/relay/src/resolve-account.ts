/** How an account was found. ARCHITECTURE §4: header, then connecting address, then From. */
export const resolvers = ['auth', 'header', 'ip', 'from_address', 'from_domain'] as const;
export type ResolvedBy = (typeof resolvers)[number];

export type Candidate = { readonly accountId: string; readonly by: ResolvedBy; readonly because: string };

/** A registered network that contains an address. `accountId` is `undefined` for a trusted relay. */
export type NetworkMatch = {
  readonly networkId: string;
  readonly cidr: string;
  readonly prefixLength: number;
  readonly accountId: string | undefined;
  readonly shared: boolean;
};

/** What is known about where a message came from. Loaded before; `resolveAccount` asks nobody. */
export type Evidence = {
  /** Accounts named anywhere in the evidence that exist and are not deleted. Others lose. */
  readonly liveAccounts: ReadonlySet<string>;
  /** The credential of the session; in the worker `undefined`. */
  readonly authenticated: { readonly accountId: string; readonly credentialId: string } | undefined;
  /** What our header says once its MAC was checked; `forged` when one is there but does not verify. */
  readonly header:
    | { readonly accountId: string; readonly credentialId: string | undefined }
    | 'forged'
    | undefined;
  readonly connectingIp: string | undefined;
  /** Registered networks that contain the connecting address. */
  readonly networks: readonly NetworkMatch[];
  /** Normal form of the one From address; `undefined` when there is none or more than one. */
  readonly fromAddress: string | undefined;
  readonly fromAddressAccounts: readonly string[];
  readonly fromDomainAccounts: readonly string[];
};

export type Resolution = {
  /** `undefined`: undecided. The message is refused in the session or ends as a discard. */
  readonly accountId: string | undefined;
  readonly credentialId: string | undefined;
  readonly by: ResolvedBy | undefined;
  /** One sentence for the trace. */
  readonly because: string;
  /** The losing candidates, each with the reason why it lost. */
  readonly rejected: readonly Candidate[];
};
