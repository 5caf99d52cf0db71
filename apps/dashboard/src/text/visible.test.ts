import assert from 'node:assert/strict';
import { test } from 'node:test';
import { visible } from './visible.ts';

for (const [what, text, shown] of [
  ['an ANSI colour', '\u001b[31mno', '␛[31mno'],
  ['a bidi override', 'a\u202egpj.exe', 'a⟨U+202E⟩gpj.exe'],
  ['a zero-width space', 'pay\u200bpal', 'pay⟨U+200B⟩pal'],
  ['a bare carriage return', 'one\rtwo', 'one␍two'],
  ['a NUL', 'a\0b', 'a␀b'],
  ['lines and tabs', 'a\r\nb\tc', 'a\nb\tc'],
  ['text of the world', 'Grüße 世界 🎉 שלום', 'Grüße 世界 🎉 שלום'],
] as const)
  test(`${what} is shown as what it is`, () => assert.equal(visible(text), shown));
