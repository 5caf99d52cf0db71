/** `waybill credential …`: SMTP credentials of an account. */
import { parsePublicId } from '@waybill/relay/id';
import {
  createCredential,
  credentialView,
  revokeCredential,
  rotateCredential,
} from '@waybill/relay/management/smtp-credentials';
import { details, table } from './output.ts';
import type { Session } from './session.ts';

const PAGE = 100;
const HOUR_MS = 3_600_000;

function idOf(text: string): string {
  const id = parsePublicId('cred', text);
  if (id === undefined)
    throw new Error(`${text} is no credential id.\nFix: waybill credential list shows ids like cred_….`);
  return id;
}

export async function listCredentials(session: Session): Promise<void> {
  const { id } = await session.account();
  const rows = await session.ports.stores.smtpCredentials.list(id, { limit: PAGE });
  const views = rows.map(credentialView);
  const lines = views.map(({ id: credential, name, username, sandbox, last_used_at: used }) => ({
    id: credential,
    name,
    username,
    sandbox,
    used,
  }));
  session.print({ object: 'list', data: views }, table(lines, 'This account has no SMTP credential.'));
}

/** The secret is printed once; it is not stored in a form that can be read. */
const showMade = (session: Session, { row, secret }: Awaited<ReturnType<typeof createCredential>>): void => {
  const view = { ...credentialView(row), secret };
  session.print(view, `${details(view)}\n\nThe secret is shown once.`);
};

export async function addCredential(session: Session, name: string): Promise<void> {
  const { id } = await session.account();
  const asked = { name, username: undefined, cramMd5: false, settings: {} };
  showMade(session, await createCredential(asked, session.caller(id), session.ports));
}

export async function renewCredential(
  session: Session,
  { text, graceHours }: { readonly text: string; readonly graceHours: number },
): Promise<void> {
  const account = await session.account();
  const asked = { id: idOf(text), graceMs: graceHours * HOUR_MS };
  showMade(session, await rotateCredential(asked, session.caller(account.id), session.ports));
}

export async function dropCredential(
  session: Session,
  { text, pending }: { readonly text: string; readonly pending: 'hold' | 'send' },
): Promise<void> {
  const account = await session.account();
  const asked = { id: idOf(text), pending };
  await revokeCredential(asked, session.caller(account.id), session.ports);
  session.print({ id: text, revoked: true }, `${text} is revoked.`);
}
