/** An endpoint on loopback that a test tells how to answer, and that keeps what it got. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Received = {
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into bodies by assertions, which say what they expect
  readonly body: any;
  readonly at: number;
};

type Said =
  | number
  | { readonly status: number; readonly headers: Record<string, string>; readonly text?: string };
/** A status, or a status with headers and a text. */
export type Answering = (received: Received) => Said | Promise<Said>;

export type Receiver = {
  readonly url: string;
  readonly got: Received[];
  answer: Answering;
  close(): Promise<void>;
};

async function read(request: IncomingMessage): Promise<Received> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString();
  return { headers: request.headers as never, text, body: JSON.parse(text), at: performance.now() };
}

export async function openReceiver(answer: Answering = () => 200): Promise<Receiver> {
  const got: Received[] = [];
  const receiver = { got, answer };
  const onRequest = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const received = await read(request);
    got.push(received);
    const said = await receiver.answer(received);
    const {
      status,
      headers,
      text = 'noted',
    } = typeof said === 'number' ? { status: said, headers: {} } : said;
    response.writeHead(status, headers).end(text);
  };
  const server = createServer((request, response) => void onRequest(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return Object.assign(receiver, {
    url: `http://127.0.0.1:${port}/hooks`,
    close: () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  });
}
