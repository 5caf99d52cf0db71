/** Sender domains and their DKIM keys. */
import { parseDomain } from '@waybill/mail/address';
import {
  isPublished,
  nextRound,
  publishedUntil,
  type Slot,
  selectorOf,
  slotSelector,
  slots,
} from '../domains/dkim-rotation.ts';
import type { DomainDns } from '../domains/domain-dns.ts';
import {
  type DkimRecordType,
  type Installation,
  operatorRecords,
  zoneFile,
} from '../domains/domain-records.ts';
import { keysInDns, recordsOf, verifyDomain } from '../domains/verify-domain.ts';
import { publicId } from '../id.ts';
import { Refusal } from '../refusal.ts';
import { audit, type Caller, newId } from './audit.ts';
import { domainView, isSameFinding, type ViewPorts } from './domain-json.ts';
import { found, requireDone } from './found.ts';
import { accountOf } from './principal.ts';
import type { DkimRotation, NewDkimKey, SenderDomainRecord, SenderDomainSettings } from './records.ts';
import { faultAt } from './request-fault.ts';
import type { Ports } from './stores.ts';

/** A key before it has a selector. The private key must be encrypted before it is stored. */
export type BareKey = Pick<NewDkimKey, 'algorithm' | 'publicKey' | 'privateKeyPem'>;

/** What a rotation needs. */
export type RotationPorts = Ports<'senderDomains'> & {
  readonly installation: Installation;
  /** One key of each algorithm. */
  readonly makeDkimKeys: () => Promise<readonly BareKey[]>;
};

export type DomainPorts = RotationPorts & {
  readonly lookUp: DomainDns;
  /** The key in a PEM text, or what is wrong with it. */
  readonly readDkimKey: (pem: string) => BareKey | { readonly problem: string };
};

function readDomain(text: string): string {
  const name = parseDomain(text.trim().replace(/\.$/, ''));
  if (name === undefined || name.startsWith('[') || !name.includes('.'))
    throw faultAt('/domain', 'is not a domain name');
  return name;
}

/** A host at or below the domain, so that the owner of the domain decides about it. */
function readTrackingHost(text: string, domain: string): string {
  const name = parseDomain(text.trim().replace(/\.$/, ''));
  if (name === undefined || !name.endsWith(`.${domain}`))
    throw faultAt('/tracking_host', `is not a host below ${domain}`);
  return name;
}

/** New keys wait for DNS: a key signs after DNS shows it. */
const waitingKey = (key: BareKey & { readonly selector: string }, ports: RotationPorts): NewDkimKey => ({
  ...key,
  id: newId(ports),
  state: 'published',
  createdAt: ports.now(),
});

type KeysOf = {
  readonly accountId: string | undefined;
  readonly domain: string;
  /** The number of the rotation, or with CNAME records the pair of selectors whose turn it is. */
  readonly turn: number | Slot;
};

async function newKeys(
  { accountId, domain, turn }: KeysOf,
  ports: RotationPorts,
): Promise<readonly NewDkimKey[]> {
  const made = await ports.makeDkimKeys();
  const nameOf = (key: BareKey): string =>
    typeof turn === 'number'
      ? selectorOf({ accountId, domain, round: turn, ...key })
      : slotSelector({ accountId, domain, algorithm: key.algorithm }, turn);
  return made.map((key) => waitingKey({ ...key, selector: nameOf(key) }, ports));
}

/** The pair of selectors that no key signs with. The records of its last keys must not be wanted any more. */
function freeSlot({ keys }: SenderDomainRecord, now: Date): Slot {
  const isIn =
    (slot: Slot) =>
    ({ selector }: { readonly selector: string }): boolean =>
      selector.startsWith(`wb${slot}-`);
  const free = slots.find((slot) => !keys.filter(isIn(slot)).some((key) => key.state === 'active')) ?? 'b';
  const until = keys
    .filter(isIn(free))
    .flatMap((key) => (isPublished(key, now) ? publishedUntil(key) : undefined) ?? []);
  const [wanted] = until;
  if (wanted !== undefined)
    throw new Refusal('conflict', {
      detail: `mail that the last keys signed may still arrive; the next rotation can begin at ${wanted.toISOString()}`,
    });
  return free;
}

/** A domain with CNAME records, whose installation still has a domain for them. */
const isAliased = (
  { dkimRecord }: Pick<SenderDomainRecord, 'dkimRecord'>,
  { installation }: RotationPorts,
): boolean => dkimRecord === 'cname' && installation.dkimDomain !== undefined;

export type AskedDomain = {
  readonly domain: string;
  /** Absent: `track` below the domain. `null`: links use the host of the installation. */
  readonly trackingHost: string | null | undefined;
  readonly dkimRecord: DkimRecordType | undefined;
  readonly dkimRotation: DkimRotation | undefined;
};

function requireCnamePossible({ dkimRecord }: AskedDomain, { installation }: DomainPorts): void {
  if (dkimRecord === 'cname' && installation.dkimDomain === undefined)
    throw faultAt('/dkim_record', 'cname needs WAYBILL_DKIM_DOMAIN, which the operator has not set');
}

const trackingHostOf = ({ trackingHost }: AskedDomain, domain: string): string | undefined =>
  trackingHost === null ? undefined : readTrackingHost(trackingHost ?? `track.${domain}`, domain);

export async function createDomain(
  asked: AskedDomain,
  caller: Caller,
  ports: DomainPorts,
): Promise<SenderDomainRecord> {
  const accountId = accountOf(caller);
  const domain = readDomain(asked.domain);
  requireCnamePossible(asked, ports);
  const trackingHost = trackingHostOf(asked, domain);
  const [keys, zone] = await Promise.all([
    newKeys({ accountId, domain, turn: asked.dkimRecord === 'cname' ? 'a' : 1 }, ports),
    ports.lookUp.zoneOf(domain),
  ]);
  const row = await ports.stores.senderDomains.create({
    id: newId(ports),
    accountId,
    domain,
    trackingHost,
    ...(asked.dkimRecord && { dkimRecord: asked.dkimRecord }),
    ...(asked.dkimRotation && { dkimRotation: asked.dkimRotation }),
    zone: zone.kind === 'found' ? zone.name : undefined,
    createdAt: ports.now(),
    keys,
  });
  const after = domainView(row, ports);
  await audit(caller, { action: 'domain.created', target: after.id, after }, ports);
  return row;
}

/** The domain of the caller, with its view. */
async function ownDomain(id: string, caller: Caller, ports: RotationPorts) {
  const row = found(await ports.stores.senderDomains.one(accountOf(caller), id));
  return { row, before: domainView(row, ports) };
}

type Changed = {
  readonly action: string;
  readonly before: ReturnType<typeof domainView>;
  readonly row: SenderDomainRecord;
};

async function auditChange(
  { action, before, row }: Changed,
  caller: Caller,
  ports: RotationPorts,
): Promise<SenderDomainRecord> {
  await audit(caller, { action, target: before.id, before, after: domainView(row, ports) }, ports);
  return row;
}

export type DomainPatch = {
  readonly id: string;
  readonly trackingHost: string | null | undefined;
  readonly dkimRotation: DkimRotation | undefined;
};

/** A new tracking host counts after its record is found in DNS. */
export async function changeDomain(
  { id, trackingHost, dkimRotation }: DomainPatch,
  caller: Caller,
  ports: DomainPorts,
): Promise<SenderDomainRecord> {
  const { row, before } = await ownDomain(id, caller, ports);
  const settings: SenderDomainSettings = {
    ...(trackingHost === undefined
      ? {}
      : {
          trackingHost: trackingHost === null ? undefined : readTrackingHost(trackingHost, row.domain),
        }),
    ...(dkimRotation && { dkimRotation }),
  };
  const after = found(await ports.stores.senderDomains.change(accountOf(caller), id, settings));
  return auditChange({ action: 'domain.changed', before, row: after }, caller, ports);
}

/** Mail that waits to be sent as this domain is held. */
export async function removeDomain(id: string, caller: Caller, ports: RotationPorts): Promise<void> {
  const { before } = await ownDomain(id, caller, ports);
  requireDone(await ports.stores.senderDomains.remove(accountOf(caller), id));
  await audit(caller, { action: 'domain.deleted', target: before.id, before }, ports);
}

/** Asks DNS now. A look-up that finds the same as the last one leaves no entry. */
export async function checkDomain(
  id: string,
  caller: Caller,
  ports: DomainPorts,
): Promise<SenderDomainRecord> {
  const { row, before } = await ownDomain(id, caller, ports);
  const checked = found(await verifyDomain(row, { ...ports, senderDomains: ports.stores.senderDomains }));
  const after = domainView(checked, ports);
  const change = { before: isSameFinding(before, after) ? after : before, after };
  await audit(caller, { action: 'domain.checked', target: after.id, ...change }, ports);
  return checked;
}

/** New keys take over after they are seen in DNS. */
export async function rotateDkim(
  id: string,
  caller: Caller,
  ports: RotationPorts,
): Promise<SenderDomainRecord> {
  const accountId = accountOf(caller);
  const { row, before } = await ownDomain(id, caller, ports);
  const turn = isAliased(row, ports) ? freeSlot(row, ports.now()) : nextRound(row.keys);
  const keys = await newKeys({ accountId, domain: row.domain, turn }, ports);
  const rotated = await ports.stores.senderDomains.addKeys(accountId, id, { keys });
  if (rotated === 'waiting')
    throw new Refusal('conflict', { detail: 'keys of the last rotation are still to be published' });
  return auditChange({ action: 'domain.dkim_rotated', before, row: found(rotated) }, caller, ports);
}

export type AskedDkimKey = {
  readonly id: string;
  readonly selector: string;
  /** PKCS#8 or PKCS#1 PEM; absent: new keys are made. */
  readonly privateKeyPem: string | undefined;
  readonly algorithm: NewDkimKey['algorithm'];
};

async function keyFor(asked: AskedDkimKey, ports: DomainPorts): Promise<BareKey> {
  if (asked.privateKeyPem === undefined) {
    const made = await ports.makeDkimKeys();
    return found(made.find(({ algorithm }) => algorithm === asked.algorithm));
  }
  const read = ports.readDkimKey(asked.privateKeyPem);
  if ('problem' in read) throw faultAt('/private_key', read.problem);
  return read;
}

/** A key under a selector of the owner. It signs after DNS shows exactly this key, and keys of its algorithm that wait make way. */
export async function addDkimKey(
  asked: AskedDkimKey,
  caller: Caller,
  ports: DomainPorts,
): Promise<SenderDomainRecord> {
  const { before } = await ownDomain(asked.id, caller, ports);
  const key = waitingKey({ ...(await keyFor(asked, ports)), selector: asked.selector }, ports);
  const made = { keys: [key], replaces: true };
  const added = await ports.stores.senderDomains.addKeys(accountOf(caller), asked.id, made);
  const row = found(added === 'waiting' ? undefined : added);
  const change = { before, after: domainView(row, ports), masked: ['private_key'] };
  await audit(
    caller,
    { action: 'domain.dkim_key_added', target: publicId('dom', asked.id), ...change },
    ports,
  );
  return row;
}

const PAGE = 100;

/** The keys that the operator publishes for CNAME records of every account, as a zone file. */
export async function operatorZoneFile(
  ports: Pick<RotationPorts, 'stores' | 'installation' | 'now'>,
  after?: string,
): Promise<string> {
  const { stores, installation, now } = ports;
  const page = { limit: PAGE, ...(after === undefined ? {} : { after }) };
  const rows = await stores.senderDomains.all(page);
  const text = zoneFile(
    rows.flatMap((row) => operatorRecords(row, keysInDns(row.keys, now()), installation)),
  );
  if (rows.length < PAGE) return text;
  return text + (await operatorZoneFile(ports, rows.at(-1)?.id));
}

/** The records as a zone file. */
export const domainZoneFile = (row: SenderDomainRecord, { installation, now }: ViewPorts): string =>
  zoneFile(recordsOf(row, installation, now()));
