import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertLinear } from './growth.ts';

const letters = (units: number): string => 'x'.repeat(units);

test('reading each character once is linear', () =>
  assertLinear({ input: letters, read: (text) => [...text].map((letter) => letter.charCodeAt(0)) }));

test('reading the rest of the text at each character is not', () =>
  assert.rejects(
    assertLinear({
      input: letters,
      read: (text) => {
        for (let at = 0; at < text.length; at++)
          for (let rest = at; rest < text.length; rest++) text.charCodeAt(rest);
      },
    }),
    /units cost/,
  ));
