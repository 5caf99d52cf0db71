/** F03: the disk has the message before the client gets 250, as system calls show. */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { type Installation, until } from '../installation.ts';
import { loadMail, newBook } from '../load.ts';
import { openLoadSession } from '../load-client.ts';
import { assertKept } from '../reckoning.ts';

export const hasStrace = (): boolean => spawnSync('strace', ['-V']).status === 0;

const CALLS = 'fsync,fdatasync,write,writev,sendto,sendmsg,recvfrom,read';

type Call = { readonly pid: string; readonly from: number; readonly to: number; readonly text: string };

type Begun = Map<string, { readonly from: number; readonly text: string }>;

/** One line of `strace -f -ttt -T`. A call that was interrupted by another's is whole once its second half is read. */
function callOf(line: string, begun: Begun): Call | undefined {
  const [, pid, at = '', text = ''] = /^(\d+) +(\d+\.\d+) (.*)$/.exec(line) ?? [];
  if (pid === undefined) return undefined;
  const from = Number(at);
  if (text.endsWith('<unfinished ...>')) {
    begun.set(pid, { from, text });
    return undefined;
  }
  if (!text.startsWith('<...'))
    return { pid, from, to: from + Number(/<(\d+\.\d+)>$/.exec(text)?.[1] ?? 0), text };
  const start = begun.get(pid);
  return start && { pid, from: start.from, to: from, text: start.text + text };
}

function callsOf(trace: string): readonly Call[] {
  const begun: Begun = new Map();
  return trace.split('\n').flatMap((line) => callOf(line, begun) ?? []);
}

async function childrenOf(pid: number): Promise<readonly number[]> {
  const all = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const parents = await Promise.all(
    all.map(async (name) => {
      const stat = await readFile(`/proc/${name}/stat`, 'utf8').catch(() => '');
      return { pid: Number(name), parent: Number(/\) \S+ (\d+)/.exec(stat)?.[1] ?? 0) };
    }),
  );
  return parents.filter(({ parent }) => parent === pid).map((one) => one.pid);
}

async function startTrace(pids: readonly number[], file: string): Promise<() => Promise<void>> {
  const targets = pids.flatMap((pid) => ['-p', String(pid)]);
  const child = spawn(
    'strace',
    ['-f', '-ttt', '-T', '-s', '65536', '-e', `trace=${CALLS}`, '-o', file, ...targets],
    {
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  );
  const said: string[] = [];
  child.stderr.on('data', (chunk: Buffer) => said.push(chunk.toString()));
  await until({
    what: 'strace is attached',
    seconds: 10,
    look: async () => said.join('').split('attached').length > pids.length || child.exitCode !== null,
    explain: async () => said.join(''),
  });
  if (child.exitCode !== null) throw new Error(`strace ended: ${said.join('')}`);
  return async () => {
    child.kill('SIGINT');
    await once(child, 'exit');
  };
}

const isRead = ({ text }: Call): boolean => /^(recvfrom|read)\(/.test(text);
const isSync = ({ text }: Call): boolean => /^f(data)?sync\(/.test(text);
const isReply = ({ text }: Call): boolean =>
  /^(write|writev|sendto|sendmsg)\(.*250 2\.0\.0 queued as/.test(text);

/** From the statement that brings the message to the server process until the client's 250. */
function orderOf(calls: readonly Call[], id: string, ingress: number): string {
  const said = calls.find(isReply);
  assert.ok(said, 'the 250 was seen');
  const stored = calls.find(
    (call) => Number(call.pid) !== ingress && isRead(call) && call.text.includes(`chaos ${id}`),
  );
  assert.ok(stored, 'the statement was seen');
  const synced = calls.find((call) => isSync(call) && call.from >= stored.from && call.to <= said.from);
  assert.ok(synced, 'a sync returned between the statement and the 250');
  const after = (at: number): string => `+${((at - stored.from) * 1000).toFixed(1)} ms`;
  return `statement, sync returned ${after(synced.to)}, 250 written ${after(said.from)}`;
}

export async function syncedBeforeItsReply(t: TestContext, installation: Installation): Promise<void> {
  const file = join(tmpdir(), `waybill-strace-${process.pid}`);
  const ingress = await installation.pidOf('ingress');
  const postgres = await installation.pidOf('postgres');
  const [sender] = installation.senders;
  const id = 'f03-1';
  const session = await openLoadSession(installation.dev.file.smtp.port, sender.login);
  assert.ok(typeof session !== 'string');
  const book = newBook();
  try {
    const detach = await startTrace([ingress, postgres, ...(await childrenOf(postgres))], file);
    const bytes = loadMail(id, sender.from);
    const ended = await session.send({ from: sender.from, to: `${id}@rcpt.example`, bytes });
    await wait(100);
    await detach();
    assert.equal(ended.kind, 'accepted');
    book.accepted.set(id, { at: Date.now(), reply: ended.reply, by: sender.policy });
    t.diagnostic(orderOf(callsOf(await readFile(file, 'latin1')), id, ingress));
  } finally {
    session.close();
    await rm(file, { force: true });
  }
  await assertKept(t, installation, { load: { book, stop: async () => undefined }, name: 'f03' });
}
