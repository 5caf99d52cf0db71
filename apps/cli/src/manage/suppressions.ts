/** `waybill suppression …`: addresses that an account does not write to. */
import { foldedAddress } from '@waybill/mail/address';
import { removeSuppressions, suppressAddress, suppressionView } from '@waybill/relay/management/suppressions';
import { table } from './output.ts';
import type { Session } from './session.ts';

const PAGE = 100;

type View = ReturnType<typeof suppressionView>;

const lineOf = ({ address, reason, stream_id: stream, created_at: created, expires_at: expires }: View) => ({
  address,
  reason,
  stream,
  created,
  expires,
});

export async function listSuppressions(session: Session, address: string | undefined): Promise<void> {
  const { id } = await session.account();
  const page = { limit: PAGE, ...(address !== undefined && { address: foldedAddress(address) }) };
  const views = (await session.ports.stores.suppressions.list(id, page)).map(suppressionView);
  session.print({ object: 'list', data: views }, table(views.map(lineOf), 'No address is suppressed.'));
}

export async function addSuppression(
  session: Session,
  { address, note }: { readonly address: string; readonly note: string | undefined },
): Promise<void> {
  const { id } = await session.account();
  const asked = { address: foldedAddress(address), reason: 'manual', note } as const;
  const { row } = await suppressAddress(asked, session.caller(id), session.ports);
  const view = suppressionView(row);
  session.print(view, table([lineOf(view)], ''));
}

export async function dropSuppression(session: Session, address: string): Promise<void> {
  const { id } = await session.account();
  const removed = await removeSuppressions(foldedAddress(address), session.caller(id), session.ports);
  session.print({ address, removed }, `${address} is not suppressed any more.`);
}
