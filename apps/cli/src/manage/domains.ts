/** `waybill domain …`: sender domains of an account. */
import { parsePublicId } from '@waybill/relay/id';
import { domainChangeView, domainView } from '@waybill/relay/management/domain-json';
import {
  checkDomain,
  createDomain,
  domainZoneFile,
  operatorZoneFile,
  removeDomain,
  rotateDkim,
} from '@waybill/relay/management/domains';
import type { SenderDomainRecord } from '@waybill/relay/management/records';
import { details, type Line, table } from './output.ts';
import type { Session } from './session.ts';

const PAGE = 100;

const rowsOf = ({ ports }: Session, accountId: string): Promise<readonly SenderDomainRecord[]> =>
  ports.stores.senderDomains.list(accountId, { limit: PAGE });

/** By name or id. */
async function found(session: Session, text: string) {
  const { id: accountId } = await session.account();
  const id = parsePublicId('dom', text);
  const rows = await rowsOf(session, accountId);
  const row = rows.find((one) => one.id === id || one.domain === text.toLowerCase());
  if (row === undefined)
    throw new Error(`This account has no domain ${text}.\nFix: waybill domain list shows its domains.`);
  return { row, accountId, caller: session.caller(accountId) };
}

export async function listDomains(session: Session): Promise<void> {
  const { id } = await session.account();
  const views = (await rowsOf(session, id)).map((row) => domainView(row, session.ports));
  const lines = views.map(({ id: domainId, domain, status, checked_at: checked }) => ({
    id: domainId,
    domain,
    status,
    checked,
  }));
  session.print({ object: 'list', data: views }, table(lines, 'This account has no domain.'));
}

type View = ReturnType<typeof domainView>;

const recordLine = ({ purpose, type, name, status, hint }: View['records'][number]): Line => ({
  purpose,
  type,
  status,
  name,
  hint,
});

function show(session: Session, row: SenderDomainRecord): void {
  const view = domainView(row, session.ports);
  const values = view.records.map(({ name, type, value }) => `${name} ${type} ${value}`);
  session.print(
    view,
    [details(view), table(view.records.map(recordLine), ''), values.join('\n')].join('\n\n'),
  );
}

export const showDomain = async (session: Session, name: string): Promise<void> =>
  show(session, (await found(session, name)).row);

export async function addDomain(session: Session, domain: string): Promise<void> {
  const { id } = await session.account();
  const asked = { domain, trackingHost: undefined, dkimRecord: undefined, dkimRotation: undefined };
  show(session, await createDomain(asked, session.caller(id), session.ports));
}

export async function verifyOne(session: Session, name: string): Promise<void> {
  const { row, caller } = await found(session, name);
  show(session, await checkDomain(row.id, caller, session.ports));
}

export async function rotateOne(session: Session, name: string): Promise<void> {
  const { row, caller } = await found(session, name);
  show(session, await rotateDkim(row.id, caller, session.ports));
}

export async function removeOne(session: Session, name: string): Promise<void> {
  const { row, caller } = await found(session, name);
  await removeDomain(row.id, caller, session.ports);
  session.print({ domain: row.domain, removed: true }, `${row.domain} is removed.`);
}

export async function printZone(session: Session, name: string): Promise<void> {
  const { row } = await found(session, name);
  const text = domainZoneFile(row, session.ports);
  session.print({ domain: row.domain, zonefile: text }, text.trimEnd());
}

export async function showHistory(session: Session, name: string): Promise<void> {
  const { row, accountId } = await found(session, name);
  const changes = await session.ports.stores.senderDomains.history(accountId, row.id, { limit: PAGE });
  const views = changes.map(domainChangeView);
  const lines = views.flatMap(({ occurred_at: at, from_status, to_status, records }) => [
    ...(from_status === to_status ? [] : [{ at, what: 'status', from: from_status, to: to_status }]),
    ...records.map(({ purpose, from, to }) => ({ at, what: purpose, from: from?.status, to: to.status })),
  ]);
  session.print(
    { object: 'list', data: views },
    table(lines, 'Nothing has changed since the first look-up.'),
  );
}

/** The records that the operator publishes for keys behind CNAME records, of every account. */
export async function printOperatorZone(session: Session): Promise<void> {
  const text = await operatorZoneFile(session.ports);
  session.print({ zonefile: text }, text.trimEnd() || 'No account publishes its keys by CNAME.');
}
