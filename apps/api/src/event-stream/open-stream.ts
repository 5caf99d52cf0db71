/** One answer of server-sent events. https://html.spec.whatwg.org/multipage/server-sent-events.html */
import type { ServerResponse } from 'node:http';
import type { FastifyReply } from 'fastify';

/** A client that does not read is cut off; it connects again and goes on where it was. Bytes that wait in this process. */
const MAX_WAITING_BYTES = 1_048_576;

export type Frame = { readonly id: string; readonly type: string; readonly data: unknown };

export type Stream = {
  send(frames: readonly Frame[]): void;
  /** A comment, so that proxies and clients see that the connection lives. */
  beat(): void;
  isClosed(): boolean;
  close(): void;
  /** Resolves when the client or this process has closed it. */
  readonly ended: Promise<void>;
};

/** JSON holds no line end outside of its strings, and escapes them inside. */
const frameText = ({ id, type, data }: Frame): string =>
  `id: ${id}\nevent: ${type}\ndata: ${JSON.stringify(data)}\n\n`;

const write = (raw: ServerResponse, text: string): void => {
  raw.write(text);
  if (raw.writableLength > MAX_WAITING_BYTES) raw.destroy();
};

/** Takes the answer over from fastify, with the headers that were set until now. */
export function openStream(reply: FastifyReply): Stream {
  const { raw } = reply;
  reply.hijack();
  raw.writeHead(200, {
    ...(reply.getHeaders() as Record<string, string>),
    'content-type': 'text/event-stream; charset=utf-8',
    // Asks nginx not to hold the answer back.
    'x-accel-buffering': 'no',
  });
  const ended = new Promise<void>((resolve) => {
    raw.once('close', resolve);
    raw.once('finish', resolve);
  });
  // Its close is all that is of interest.
  raw.on('error', () => undefined);
  write(raw, 'retry: 2000\n\n');
  return {
    send: (frames) => write(raw, frames.map(frameText).join('')),
    beat: () => write(raw, ': waiting\n\n'),
    isClosed: () => raw.destroyed || raw.writableEnded,
    close: () => void raw.end(),
    ended,
  };
}
