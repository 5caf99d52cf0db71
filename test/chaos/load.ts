/** Eight clients that never give up, and the book they keep: what was accepted, refused, and left without an answer. */
import { setTimeout as wait } from 'node:timers/promises';
import { type LoadSession, type Login, openLoadSession } from './load-client.ts';

/** The account's policy for an unanswered final dot. */
export type Policy = 'prefer_no_duplicate' | 'prefer_delivery';

export type Sender = { readonly login: Login; readonly from: string; readonly policy: Policy };

export type Book = {
  /** Id → when its 250 came. */
  readonly accepted: Map<string, { readonly at: number; readonly reply: string; readonly by: Policy }>;
  /** Ids whose final dot was sent and never answered: they may be ours or not. */
  readonly unanswered: Set<string>;
  /** Replies that were no 250, by their code. */
  readonly refused: Map<string, number>;
  /** Refusals for good, verbatim: there must be none. */
  readonly permanent: string[];
  /** How connections ended that the client did not end: `421`, `closed`, or an error of the socket. */
  readonly endings: Map<string, number>;
};

export type Load = {
  readonly book: Book;
  /** When its last client has gone. */
  readonly ended: Promise<void>;
  /** Ends after the messages in flight. */
  stop(): Promise<void>;
};

export type LoadOptions = {
  readonly port: number;
  readonly senders: readonly Sender[];
  readonly name: string;
  readonly clients?: number;
  readonly perClientPerSecond: number;
  /** The load ends by itself after so many were accepted. */
  readonly upTo?: number;
};

const CLIENTS = 8;
const PAUSE_MS = 100;

const count = (map: Map<string, number>, key: string): void => void map.set(key, (map.get(key) ?? 0) + 1);

const filler = `${'All work and no play makes a dull letter, says the loom. '.repeat(2)}\r\n`.repeat(16);

/** 2 KB with the id in the subject: nothing on the way may touch that. */
export const loadMail = (id: string, from: string): Buffer =>
  Buffer.from(
    `From: Chaos <${from}>\r\nTo: <${id}@rcpt.example>\r\nSubject: chaos ${id}\r\nContent-Type: text/plain\r\n\r\n${filler}`,
  );

export const newBook = (): Book => ({
  accepted: new Map(),
  unanswered: new Set(),
  refused: new Map(),
  permanent: [],
  endings: new Map(),
});

type Run = { readonly options: LoadOptions; readonly book: Book; isOver: boolean; serial: number };

async function handOne(run: Run, session: LoadSession, sender: Sender): Promise<boolean> {
  const { options, book } = run;
  run.serial += 1;
  const id = `${options.name}-${run.serial}`;
  const bytes = loadMail(id, sender.from);
  const ended = await session.send({ from: sender.from, to: `${id}@rcpt.example`, bytes });
  if (ended.kind === 'accepted')
    book.accepted.set(id, { at: Date.now(), reply: ended.reply, by: sender.policy });
  if (ended.kind === 'unanswered') book.unanswered.add(id);
  if (ended.kind === 'refused') {
    count(book.refused, ended.reply === 'closed' ? 'closed' : ended.reply.slice(0, 3));
    if (ended.reply.startsWith('5')) book.permanent.push(ended.reply);
  }
  return ended.kind !== 'unanswered' && !/^(421|closed)/.test(ended.reply);
}

async function useSession(run: Run, session: LoadSession, sender: Sender): Promise<void> {
  const pauseMs = 1_000 / run.options.perClientPerSecond;
  let isOpen = true;
  void session.ending.then((how) => {
    isOpen = false;
    if (!run.isOver) count(run.book.endings, how);
  });
  while (isOpen && !run.isOver) {
    const began = performance.now();
    if (!(await handOne(run, session, sender))) break;
    if (run.book.accepted.size >= (run.options.upTo ?? Number.POSITIVE_INFINITY)) run.isOver = true;
    await wait(Math.max(0, pauseMs - (performance.now() - began)));
  }
  session.close();
}

async function client(run: Run, sender: Sender): Promise<void> {
  while (!run.isOver) {
    const session = await openLoadSession(run.options.port, sender.login);
    if (typeof session !== 'string') await useSession(run, session, sender);
    else if (session.startsWith('5')) run.book.permanent.push(session);
    if (!run.isOver) await wait(PAUSE_MS);
  }
}

export function startLoad(options: LoadOptions): Load {
  const run: Run = { options, book: newBook(), isOver: false, serial: 0 };
  const clients = Array.from({ length: options.clients ?? CLIENTS }, (_, index) => {
    const sender = options.senders[index % options.senders.length];
    return sender ? client(run, sender) : Promise.resolve();
  });
  const ended = Promise.all(clients).then(() => undefined);
  return {
    book: run.book,
    ended,
    async stop() {
      run.isOver = true;
      await ended;
    },
  };
}
