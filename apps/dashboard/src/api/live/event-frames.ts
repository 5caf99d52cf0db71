/** Reads server-sent events. https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation */

const dataOf = (frame: string): string =>
  frame
    .split('\n')
    .filter((line) => line.startsWith('data:'))
    .map((line) => line.slice(5).trimStart())
    .join('\n');

/** Takes the pieces of a stream in their order; each call returns the data of the events that are whole by then. */
export function openFrameReader(): (piece: string) => readonly string[] {
  let rest = '';
  return (piece) => {
    const frames = (rest + piece).split('\n\n');
    rest = frames.pop() ?? '';
    return frames.map(dataOf).filter((data) => data !== '');
  };
}
