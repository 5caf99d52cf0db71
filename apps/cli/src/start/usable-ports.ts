/** Tries every port before an app is started, so that one error names all problems. */
import { createServer, type Server } from 'node:net';
import type { Listener } from './listeners.ts';

type Tried = { readonly listener: Listener; readonly server?: Server; readonly code?: string };

const tryPort = (listener: Listener): Promise<Tried> =>
  new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => resolve({ listener, code: error.code ?? '' }));
    server.listen(listener.port, listener.host, () => resolve({ listener, server }));
  });

const placeOf = ({ setting, port, host, instance }: Listener): string =>
  `${setting}: ${instance} cannot listen on port ${port} of ${host}`;

const isSamePlace = (one: Listener, other: Listener): boolean =>
  one !== other && one.port === other.port && one.port !== 0;

const sentences: Readonly<Record<string, (listener: Listener) => string>> = {
  EACCES: ({ setting, port }) =>
    `this user may not open ports below 1024. Give the service the capability CAP_NET_BIND_SERVICE (systemd: AmbientCapabilities=CAP_NET_BIND_SERVICE), or set ${setting} to a port above 1023, for example ${setting}=${port + 2000}, and forward port ${port} to it`,
  EADDRINUSE: ({ setting }) => `another program listens there. Stop it, or set ${setting} to another port`,
  EADDRNOTAVAIL: () =>
    'this host has no such address. Set the bind address to one of this host, for example 0.0.0.0',
};

/** The message for an operator about a port that cannot be opened. */
export function portProblem(listener: Listener, code: string, all: readonly Listener[]): string {
  const rival = all.find((other) => isSamePlace(listener, other));
  const reason =
    code === 'EADDRINUSE' && rival !== undefined
      ? `${rival.setting} of ${rival.instance} has the same number. Give each its own port`
      : (sentences[code]?.(listener) ?? `the system says ${code}`);
  return `${placeOf(listener)}: ${reason}.`;
}

/** Throws one error that names every port that cannot be opened, each with a fix. */
export async function requireUsablePorts(listeners: readonly Listener[]): Promise<void> {
  const tried: Tried[] = [];
  // One after another, so that of two settings with one number the second one is named.
  for (const listener of listeners) tried.push(await tryPort(listener));
  await Promise.all(tried.map(({ server }) => server && new Promise((resolve) => server.close(resolve))));
  const problems = tried.flatMap(({ listener, code }) =>
    code === undefined ? [] : [portProblem(listener, code, listeners)],
  );
  if (problems.length > 0) throw new Error(problems.join('\n'));
}
