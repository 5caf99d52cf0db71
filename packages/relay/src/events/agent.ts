/**
 * Classifies the client that fetched a pixel or followed a link. The rows are tried in order. Image proxies of mailbox providers
 * come first, because lists of bots contain them although most of their requests follow a person's opening.
 */
import { isbot } from 'isbot';

/** Kinds of clients that fetch a pixel or follow a link. `proxy`: a person's mail program behind an image proxy. */
export const agentKinds = ['human', 'proxy', 'prefetch', 'bot'] as const;
export type AgentKind = (typeof agentKinds)[number];
/** The kind of a client and its name. */
export type Agent = { readonly kind: AgentKind; readonly name: string };

/** The request headers that classify a client. */
export type AgentEvidence = {
  readonly userAgent: string | undefined;
  /** The value of `Sec-Purpose`, `Purpose`, `X-Purpose` or `X-Moz`. */
  readonly purpose: string | undefined;
};

type Row = { readonly pattern: RegExp; readonly agent: Agent };
const row = (pattern: RegExp, kind: AgentKind, name: string): Row => ({ pattern, agent: { kind, name } });

const MAX_USER_AGENT = 512;

const table: readonly Row[] = [
  row(/GoogleImageProxy/i, 'proxy', 'gmail'),
  row(/YahooMailProxy/i, 'proxy', 'yahoo'),
  row(/\bYahooCacheSystem\b/i, 'proxy', 'yahoo'),
  row(/DuckDuckGo.*(?:Email|Image)|DuckDuckGo-Favicons-Bot/i, 'proxy', 'duckduckgo'),
  row(/\bFastmail\b.*\bproxy\b/i, 'proxy', 'fastmail'),
  row(/\b(?:HEY|Proton(?:Mail)?)\b.*\b(?:image|mail)\s?proxy\b/i, 'proxy', 'privacy proxy'),
  // Apple's Mail Privacy Protection fetches all images in advance, through a relay, with this user agent.
  row(/^Mozilla\/5\.0$/, 'prefetch', 'apple mail privacy'),
  // Security gateways follow every link of a message before a person sees it.
  row(
    /Barracuda|Mimecast|Proofpoint|SafeLinks|Symantec|MessageLabs|ZScaler|Cisco-?ESA|IronPort|BitDefender|TrendMicro|FireEye|Forcepoint|Sophos/i,
    'bot',
    'security gateway',
  ),
  // Office fetches images when the person opens the message.
  row(/\bMicrosoft Office\b|\bms-office\b|\bMSOffice\b/i, 'human', 'outlook'),
];

const isPrefetch = (purpose: string | undefined): boolean =>
  purpose !== undefined && /\b(?:prefetch|preview|prerender)\b/i.test(purpose);

/** The classification in an `opened` or `clicked` event. */
export function agentOf({ userAgent = '', purpose }: AgentEvidence): Agent {
  if (isPrefetch(purpose)) return { kind: 'prefetch', name: 'browser' };
  const text = userAgent.slice(0, MAX_USER_AGENT).trim();
  if (text === '') return { kind: 'bot', name: 'nameless' };
  const known = table.find(({ pattern }) => pattern.test(text));
  if (known !== undefined) return known.agent;
  return isbot(text) ? { kind: 'bot', name: 'listed' } : { kind: 'human', name: 'client' };
}
