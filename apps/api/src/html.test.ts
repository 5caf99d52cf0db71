import assert from 'node:assert/strict';
import { test } from 'node:test';
import { escapeHtml, html, Markup, page } from './html.ts';

test('every value is escaped, markup of our own is not escaped again', () => {
  const hostile = `<script>"'\`&</script>`;
  const cell = html`<td title="${hostile}">${hostile}</td>`;
  assert.equal(cell.text.match(/</g)?.length, 2);
  assert.equal(html`<tr>${[cell, cell]}</tr>`.text, `<tr>${cell.text}${cell.text}</tr>`);
  assert.equal(html`${undefined}|${0}`.text, '|0');
  assert.ok(!page(hostile, html`<p>x</p>`).includes('<script>'));
});

test('an attribute cannot be left, whatever quotes are used', () => {
  for (const quote of ['"', "'", '`', '&quot;']) assert.ok(!escapeHtml(quote).includes(quote));
  assert.ok(html`x` instanceof Markup);
});
