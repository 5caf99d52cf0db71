import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { type Scenario, SHORT, scenarios, WARM_UP } from './scenarios.ts';
import { type PeerName, peerNames } from './systems/peers.ts';

export const backends = ['redis', 'postgres'] as const;
export type Backend = (typeof backends)[number];

export type BenchOptions = {
  readonly backends: readonly Backend[];
  readonly scenarios: readonly Scenario[];
  readonly warmUp: number;
  /** No scenario sends for longer. */
  readonly seconds: number;
  /** Checkouts whose product is measured, in turn; `undefined`: this one. */
  readonly checkouts: readonly (string | undefined)[];
  readonly peers: readonly PeerName[];
  /** How often each system is measured, in turn. */
  readonly rounds: number;
  readonly stored: number | undefined;
  /** Measures the API over stored mail, and nothing else. */
  readonly api: boolean;
  /** Measures mail with and without a webhook that fails, and nothing else. */
  readonly webhooks: boolean;
  /** With `api`: statistics of a year of so many accounts too. */
  readonly accounts: number | undefined;
  /** With `api`: measures again with so many deliveries, and prints the ratios. */
  readonly deliveries: number | undefined;
  readonly generators: number;
  readonly portOffset: number;
  /** Where the temporary folders are made: the disk that is measured. */
  readonly folder: string | undefined;
  /** The data folder of the product, which stays, with the mail that is stored in it; `undefined`: a temporary one. */
  readonly keptFolder: string | undefined;
  /** Where the product's processes write CPU profiles. Profiling slows them down. */
  readonly profileFolder: string | undefined;
  /** Where the figures are written as JSON. */
  readonly jsonFile: string | undefined;
};

export const usage = `npm run bench -- [options]
  --backend redis|postgres   one queue backend instead of both; none: the peers alone
  --scenario NAME[,NAME]     ${scenarios.map(({ name }) => name).join(', ')}
  --messages N               messages of each scenario
  --seconds N                no scenario sends for longer (60)
  --short                    a tenth of everything
  --product DIR              the product of another checkout; given twice: both, in turn
  --peer NAME[,NAME]         ${peerNames.join(', ')}: the same work, and the ratio (Postfix with OpenDKIM; Haraka from npm)
  --rounds N                 measure every system N times, in turn (1)
  --stored N                 accept rate and list latency at 10,000 and at N stored messages
  --api                      requests/s and p99 of the API over a million stored messages, or --stored N, and its plans
  --deliveries N             with --api: again with N deliveries (10000000), and the ratios
  --accounts N               with --api: also the statistics of a year, while N accounts have a year of them (1000)
  --webhooks                 small with and without a webhook that always fails, three rounds in turn
  --generators N             threads that send (1)
  --port-offset N            shifts the ports of the product (24000)
  --data DIR                 where temporary folders are made: the disk that is measured
  --keep DIR                 the product's data folder: it stays, and the next run finds the mail that is stored in it
  --profile DIR              CPU profiles of the product's processes, and what costs most in them
  --json FILE                the figures as JSON`;

const given = {
  backend: { type: 'string' },
  scenario: { type: 'string' },
  messages: { type: 'string' },
  seconds: { type: 'string', default: '60' },
  short: { type: 'boolean', default: false },
  product: { type: 'string', multiple: true },
  peer: { type: 'string' },
  rounds: { type: 'string', default: '1' },
  stored: { type: 'string' },
  api: { type: 'boolean', default: false },
  deliveries: { type: 'string' },
  accounts: { type: 'string' },
  webhooks: { type: 'boolean', default: false },
  generators: { type: 'string', default: '1' },
  'port-offset': { type: 'string', default: '24000' },
  data: { type: 'string' },
  keep: { type: 'string' },
  profile: { type: 'string' },
  json: { type: 'string' },
} as const;

export class UsageError extends Error {}

function wholeNumber(name: string, text: string): number {
  if (/^[1-9]\d{0,7}$/.test(text)) return Number(text);
  throw new UsageError(`--${name} must be a whole number above 0, not "${text}"`);
}

function oneOf<T extends string>(name: string, known: readonly T[], text: string): T {
  const found = known.find((one) => one === text);
  if (found !== undefined) return found;
  throw new UsageError(`--${name} must be one of ${known.join(', ')}, not "${text}"`);
}

type Sizes = { readonly messages: number | undefined; readonly isShort: boolean };

const names = scenarios.map(({ name }) => name);

function chosenScenarios(text: string | undefined, { messages, isShort }: Sizes): readonly Scenario[] {
  const wanted = text?.split(',').map((name) => oneOf('scenario', names, name)) ?? names;
  return scenarios
    .filter(({ name }) => wanted.includes(name))
    .map((scenario) => ({
      ...scenario,
      messages: messages ?? Math.ceil(scenario.messages * (isShort ? SHORT : 1)),
    }));
}

function chosenBackends(text: string | undefined): readonly Backend[] {
  if (text === undefined) return backends;
  const chosen = oneOf('backend', [...backends, 'none'] as const, text);
  return chosen === 'none' ? [] : [chosen];
}

export function parseOptions(args: readonly string[]): BenchOptions {
  const { values } = parseArgs({ args: [...args], options: given });
  const optional = (name: 'messages' | 'stored' | 'deliveries' | 'accounts'): number | undefined =>
    values[name] === undefined ? undefined : wholeNumber(name, values[name]);
  return {
    backends: chosenBackends(values.backend),
    scenarios: chosenScenarios(values.scenario, { messages: optional('messages'), isShort: values.short }),
    warmUp: Math.ceil(WARM_UP * (values.short ? SHORT : 1)),
    seconds: wholeNumber('seconds', values.seconds),
    checkouts: values.product?.map((folder) => resolve(folder)) ?? [undefined],
    peers: values.peer?.split(',').map((name) => oneOf('peer', peerNames, name)) ?? [],
    rounds: wholeNumber('rounds', values.rounds),
    stored: optional('stored'),
    api: values.api,
    webhooks: values.webhooks,
    accounts: optional('accounts'),
    deliveries: optional('deliveries'),
    generators: wholeNumber('generators', values.generators),
    portOffset: wholeNumber('port-offset', values['port-offset']),
    folder: values.data,
    keptFolder: values.keep === undefined ? undefined : resolve(values.keep),
    profileFolder: values.profile === undefined ? undefined : resolve(values.profile),
    jsonFile: values.json,
  };
}
