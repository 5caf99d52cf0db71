import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An endpoint of a webhook that answers every request with 500. */
export type FailingEndpoint = {
  readonly url: string;
  /** Requests since the last call. */
  takeCount(): number;
  close(): Promise<void>;
};

export async function openFailingEndpoint(): Promise<FailingEndpoint> {
  let count = 0;
  const server = createServer((request, response) => {
    count += 1;
    request.resume();
    response.writeHead(500).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    takeCount() {
      const taken = count;
      count = 0;
      return taken;
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
