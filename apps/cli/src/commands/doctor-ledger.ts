import { loadConfig } from '@waybill/io/config/config';
import { withOwnDatabase } from '@waybill/io/doctor/own-database';
import { type LedgerFault, type LedgerFinding, ledger } from '@waybill/io/postgres/upkeep/ledger';
import { ledgerGraceMs } from '@waybill/relay/delivery/retry-schedule';
import { publicId } from '@waybill/relay/id';
import type { Dependencies } from './dependencies.ts';

const DAY_MS = 86_400_000;
const MOST_SHOWN = 50;

const words: Readonly<Record<LedgerFault, { readonly what: string; readonly fix: string }>> = {
  overdue: {
    what: 'it has expired and has no final status.',
    fix: 'Start a worker and a sender: waybill start worker sender',
  },
  stranded: {
    what: 'it has no final status, no job and no next action.',
    fix: 'Retry it through the API: POST /v1/messages/{id}/retry',
  },
  childless: {
    what: 'it was processed and has no delivery.',
    fix: 'Send the message again, and report this with the log of the worker: it is a fault of Waybill.',
  },
};

const sentence = ({ kind, id, messageId, accountId, state, fault }: LedgerFinding): string => {
  const name =
    kind === 'message' ? publicId('msg', id) : `${publicId('dlv', id)} of ${publicId('msg', messageId)}`;
  return `ILL   ${name} (${publicId('acc', accountId)}) is ${state}: ${words[fault].what}\n      ${words[fault].fix}`;
};

const list = (counts: Readonly<Record<string, number>>): string =>
  Object.entries(counts)
    .map(([name, count]) => `${name} ${count}`)
    .join(', ') || 'none';

/** `waybill doctor ledger`: counts mail by status and lists faults; returns whether there is none. */
export async function doctorLedger({ env, say }: Dependencies, days: number): Promise<boolean> {
  const config = loadConfig(env);
  return withOwnDatabase(config, async (database) => {
    const books = ledger(database);
    const counts = await books.counts(new Date(Date.now() - days * DAY_MS));
    say(`Accepted in the last ${days} days`);
    say(`  messages:   ${list(counts.messages)}`);
    say(`  deliveries: ${list(counts.deliveries)}`);
    say(`  attempts that sent the final dot and got no reply: ${counts.unansweredAttempts}`);
    const due = new Date(Date.now() - ledgerGraceMs(config.RETRY_MINUTES, config.LEASE_SECONDS * 1_000));
    const found = await books.outside(due, MOST_SHOWN);
    for (const finding of found) say(sentence(finding));
    if (found.length === 0) say('well  All accepted mail has a final status or a next action.');
    return found.length === 0;
  });
}
