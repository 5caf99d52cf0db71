/** The recorded conversation of one attempt: who said what when, and how long each step took. */

/** One line of the conversation. `at`: milliseconds since the attempt began. */
export type TranscriptLine = {
  readonly at: number;
  readonly from: 'client' | 'server' | 'note';
  readonly text: string;
};

/** Records a conversation. Times are milliseconds. */
export type Transcript = {
  client(text: string): void;
  server(text: string): void;
  note(text: string): void;
  /** Runs a step and adds its duration to `timings` under this name. */
  timed<T>(step: string, run: () => Promise<T>): Promise<T>;
  lines(): readonly TranscriptLine[];
  timings(): Readonly<Record<string, number>>;
};

const MAX_LINE_CHARACTERS = 4_096;
const MAX_LINES = 200;
const KEPT_FIRST = 140;

const tenths = (ms: number): number => Math.round(ms * 10) / 10;

/** A peer may send anything: control characters are shown, not kept; PostgreSQL takes no NUL in text either. */
const shown = (text: string): string => {
  const visible = text.replace(
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not get through
    /[\0-\x09\x0b-\x1f\x7f-\x9f]/g,
    (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`,
  );
  if (visible.length <= MAX_LINE_CHARACTERS) return visible;
  return `${visible.slice(0, MAX_LINE_CHARACTERS)}… (${visible.length - MAX_LINE_CHARACTERS} more characters)`;
};

/** Records nothing. */
export const noTranscript: Transcript = {
  client: () => undefined,
  server: () => undefined,
  note: () => undefined,
  timed: (_, run) => run(),
  lines: () => [],
  timings: () => ({}),
};

/** `elapsed`: milliseconds since the attempt began. */
export function recordTranscript(elapsed: () => number): Transcript {
  const lines: TranscriptLine[] = [];
  const timings: Record<string, number> = {};
  let leftOut = 0;

  const add = (from: TranscriptLine['from'], text: string): void => {
    lines.push({ at: tenths(elapsed()), from, text: shown(text) });
    if (lines.length <= MAX_LINES) return;
    // The beginning and the end say why it ended; the middle is what may go.
    lines.splice(KEPT_FIRST, 1);
    leftOut += 1;
  };

  const timed = async <T>(step: string, run: () => Promise<T>): Promise<T> => {
    const began = elapsed();
    try {
      return await run();
    } finally {
      timings[step] = tenths((timings[step] ?? 0) + elapsed() - began);
    }
  };

  const recorded = (): readonly TranscriptLine[] => {
    if (leftOut === 0) return lines;
    const at = lines[KEPT_FIRST]?.at ?? 0;
    return lines.toSpliced(KEPT_FIRST, 0, { at, from: 'note', text: `${leftOut} lines are left out here` });
  };

  return {
    client: (text) => add('client', text),
    server: (text) => add('server', text),
    note: (text) => add('note', text),
    timed,
    lines: recorded,
    timings: () => timings,
  };
}
