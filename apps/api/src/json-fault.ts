/** Finds where a text stops being JSON, by line and column, and what was expected there. RFC 8259. */

export type JsonFault = {
  readonly line: number;
  readonly column: number;
  readonly expected: string;
};

/** What may come next. `first`: after an opening bracket, where the closing one may follow at once. */
type State = 'value' | 'first value' | 'first name' | 'name' | 'colon' | 'after value' | 'end';

const expectedWords: Readonly<Record<State, string>> = {
  value: 'a value: text in double quotes, a number, an object, a list, true, false or null',
  'first value': 'a value or ]',
  'first name': 'a field name in double quotes, or }',
  name: 'a field name in double quotes',
  colon: 'a colon after the field name',
  'after value': 'a comma, or the closing bracket',
  end: 'nothing more after the value',
};

const space = /[ \t\n\r]*/y;
/** All characters from the space on, without the quote and the backslash. */
const plainText = /[ !#-[\]-\uffff]*/y;
const escapeSequence = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;
const scalar = /(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)(?![\w.+-])/y;

const endOf = (pattern: RegExp, text: string, from: number): number => {
  pattern.lastIndex = from;
  return pattern.test(text) ? pattern.lastIndex : from;
};

const TEXT_FAULT =
  'the closing " of a text before its line ends; inside it, escape " and \\ with \\ and a line end as \\n';

class Stop extends Error {
  readonly at: number;
  readonly expected: string;
  constructor(at: number, expected: string) {
    super(expected);
    this.at = at;
    this.expected = expected;
  }
}

/** The offset after the closing quote. */
function afterText(text: string, from: number): number {
  let at = from + 1;
  for (;;) {
    at = endOf(plainText, text, at);
    if (text[at] === '"') return at + 1;
    const next = endOf(escapeSequence, text, at);
    if (next === at) throw new Stop(at, TEXT_FAULT);
    at = next;
  }
}

type Step = { readonly at: number; readonly state: State };

/** After a value: inside a bracket more may follow, at the top level nothing. */
const afterValue = (at: number, open: readonly string[]): Step => ({
  at,
  state: open.length === 0 ? 'end' : 'after value',
});

function readValue(text: string, { at, state }: Step, open: string[]): Step {
  const char = text[at];
  if (char === '{' || char === '[') {
    open.push(char);
    return { at: at + 1, state: char === '{' ? 'first name' : 'first value' };
  }
  if (char === ']' && state === 'first value') return close(at, open);
  const after = char === '"' ? afterText(text, at) : endOf(scalar, text, at);
  if (after === at) throw new Stop(at, expectedWords[state]);
  return afterValue(after, open);
}

function close(at: number, open: string[]): Step {
  open.pop();
  return afterValue(at + 1, open);
}

function readName(text: string, { at, state }: Step, open: string[]): Step {
  if (text[at] === '}' && state === 'first name') return close(at, open);
  if (text[at] !== '"') throw new Stop(at, expectedWords[state]);
  return { at: afterText(text, at), state: 'colon' };
}

function readAfterValue(text: string, { at }: Step, open: string[]): Step {
  const isObject = open.at(-1) === '{';
  if (text[at] === ',') return { at: at + 1, state: isObject ? 'name' : 'value' };
  if (text[at] === (isObject ? '}' : ']')) return close(at, open);
  throw new Stop(at, `a comma or ${isObject ? '}' : ']'}`);
}

function readStep(text: string, step: Step, open: string[]): Step {
  const { at, state } = step;
  if (state === 'value' || state === 'first value') return readValue(text, step, open);
  if (state === 'name' || state === 'first name') return readName(text, step, open);
  if (state === 'after value') return readAfterValue(text, step, open);
  if (state === 'colon' && text[at] === ':') return { at: at + 1, state: 'value' };
  throw new Stop(at, expectedWords[state]);
}

function placeOf(text: string, at: number): { readonly line: number; readonly column: number } {
  const lines = text.slice(0, at).split(/\r\n|\r|\n/);
  return { line: lines.length, column: (lines.at(-1) ?? '').length + 1 };
}

/** `undefined` when the text is JSON. */
export function jsonFault(text: string): JsonFault | undefined {
  const open: string[] = [];
  let step: Step = { at: 0, state: 'value' };
  try {
    for (;;) {
      step = { ...step, at: endOf(space, text, step.at) };
      if (step.state === 'end' && step.at === text.length) return undefined;
      step = readStep(text, step, open);
    }
  } catch (error) {
    if (!(error instanceof Stop)) throw error;
    const { at, expected } = error;
    return {
      ...placeOf(text, at),
      expected: at === text.length ? `${expected}, but the text ends` : expected,
    };
  }
}
