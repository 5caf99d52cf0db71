import { createServer } from 'node:net';
import type { DevPorts } from './dev-settings.ts';

const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });

/** Throws one error that names every port that another process uses. Called before any app is started. */
export async function requireFreePorts(ports: Partial<DevPorts>): Promise<void> {
  const checked = await Promise.all(
    Object.entries(ports).map(async ([name, port]) => ({ name, port, isFree: await isFree(port) })),
  );
  const taken = checked.filter((one) => !one.isFree).map(({ name, port }) => `${port} (${name})`);
  if (taken.length === 0) return;
  throw new Error(
    `In use already: port ${taken.join(', ')}. Stop what listens there, or run: npm start -- --port-offset 100`,
  );
}
