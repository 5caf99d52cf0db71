import assert from 'node:assert/strict';
import { test } from 'node:test';
import { jsonFault } from './json-fault.ts';

const cases: readonly (readonly [text: string, line: number, column: number, expected: RegExp])[] = [
  ['', 1, 1, /^a value.*the text ends$/],
  ['{', 1, 2, /^a field name in double quotes, or }, but the text ends$/],
  ['{"a": abc}', 1, 7, /^a value/],
  ['{"a" 1}', 1, 6, /^a colon/],
  ['{"a": 1,}', 1, 9, /^a field name in double quotes$/],
  ['{"a": 1\n "b": 2}', 2, 2, /^a comma or }$/],
  ['{\r\n\t"a": [1, 2\r\n}', 3, 1, /^a comma or \]$/],
  ["{'a': 1}", 1, 2, /^a field name/],
  ['{"a": "x\ny"}', 1, 9, /closing "/],
  ['{"a": "x\\q"}', 1, 9, /closing "/],
  ['{"a": 01}', 1, 7, /^a value/],
  ['{"a": +1}', 1, 7, /^a value/],
  ['{"a": 1} x', 1, 10, /^nothing more/],
  ['[1,]', 1, 4, /^a value/],
  ['{"a": NaN}', 1, 7, /^a value/],
  ['{"a": 1 /* no */}', 1, 9, /^a comma or }$/],
];
for (const [text, line, column, expected] of cases)
  test(`${JSON.stringify(text)} stops being JSON at line ${line}, column ${column}`, () => {
    const fault = jsonFault(text);
    assert.deepEqual([fault?.line, fault?.column], [line, column]);
    assert.match(fault?.expected ?? '', expected);
  });

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

test('finds a fault exactly where the JSON parser refuses, in a thousand damaged documents', () => {
  const whole = '{"a": [1, -2.5e3, "x\\u00e9\\n", true, null, {}, []], "b": {"c": "\u{1f600}", "d": [[[]]]}}';
  assert.equal(jsonFault(whole), undefined);
  for (const damage of ['', '"', '\\', '{', ']', ',', ':', '0', 'e', ' ', '\n', '\0'])
    for (let at = 0; at <= whole.length; at++)
      for (const cut of [0, 1, 3]) {
        const text = whole.slice(0, at) + damage + whole.slice(at + cut);
        assert.equal(jsonFault(text) === undefined, isJson(text), text);
      }
});

test('ten million characters of text and a hundred thousand brackets are read without a limit of depth', () => {
  assert.equal(jsonFault(`"${'x\\n'.repeat(2_000_000)}"`), undefined);
  assert.deepEqual(jsonFault('['.repeat(100_000))?.column, 100_001);
});
