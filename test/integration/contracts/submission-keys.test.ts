import { after } from 'node:test';
import { submissionKeys } from '@waybill/io/postgres/directory/submission-keys';
import { openMessageStore } from '@waybill/io/postgres/mail-store/message-store';
import { submissionKeysContract } from '../../support/contracts/submission-keys.ts';
import { openTestDatabase } from '../../support/database.ts';
import { inMemorySubmissionKeys } from '../../support/in-memory.ts';
import { addAccount, someId, someMessage } from '../postgres/some.ts';

const opened = await openTestDatabase();
after(() => opened.close());
const messages = openMessageStore({ database: opened.database });

submissionKeysContract('PostgreSQL', () => ({
  keys: submissionKeys(opened.database),
  account: () => addAccount(opened.database),
  keep: (id, accountId) => messages.accept(someMessage(accountId, { id })),
}));

const kept = new Set<string>();
const twin = inMemorySubmissionKeys((id) => kept.has(id));
submissionKeysContract('in memory', () => ({
  keys: twin,
  account: async () => someId(),
  keep: async (id) => void kept.add(id),
}));
