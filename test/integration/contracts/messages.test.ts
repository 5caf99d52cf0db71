import { after } from 'node:test';
import { openMessageStore } from '@waybill/io/postgres/mail-store/message-store';
import { messagesContract } from '../../support/contracts/messages.ts';
import { openTestDatabase } from '../../support/database.ts';
import { inMemoryMessages } from '../../support/in-memory.ts';
import { addAccount, someMessage, somePrepared } from '../postgres/some.ts';

const opened = await openTestDatabase();
after(() => opened.close());
const accountId = await addAccount(opened.database);

async function make() {
  const message = someMessage(accountId, { options: { tags: ['order'] } });
  return { message, prepared: somePrepared(message) };
}

const stored = openMessageStore({ database: opened.database });
messagesContract('PostgreSQL', () => ({ store: stored, make }));

const twin = inMemoryMessages();
messagesContract('in memory', () => ({ store: twin, make }));
