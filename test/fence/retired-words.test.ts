/** The retired words of the project stay out of identifiers, comments, texts, documents and file names. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';

/** Patterns for text in lower case whose camelCase, kebab-case and snake_case names are split at spaces. */
const retired: readonly (readonly [pattern: string, say: string])[] = [
  ['door ?bells?|bells?', 'job queue'],
  ['rings?|ringing|rung', 'enqueue, enqueued'],
  ['crowds?|crowded', 'batch'],
  // `octet_length` of SQL and the media type `application/octet-stream` are not ours to name.
  ['octets?(?! length| stream)', 'bytes'],
  ['letter of', 'outgoing message'],
  ['hand ?over|hands over|handed over|handing over', 'transaction, submit'],
  ['kept on', 'cached, leased'],
  ['first places', 'first permits'],
  ['too dear', 'resource limit exceeded'],
  ['no ?room', 'memory budget exceeded, no permit'],
  ['nobody|whoever|somebody', 'the actor: no process, the caller, another account'],
  ['accidents?', 'internal error'],
  ['verdicts?', 'outcome, classification'],
  ['judges?|judged|judging', 'classify'],
  ['parcels?', 'transfer encoding'],
  ['busy pauses?', 'backoff'],
  ['under ?way', 'in flight'],
  ['deps', 'dependencies'],
];

/** Records keep the words of their day: a migration that has run is never edited. */
const records = /^(docs\/adr\/|prisma\/migrations\/|CHANGELOG\.md$|LICENSE$|package-lock\.json$)/;

/** Where a retired word is the name of something that is not ours. */
const borrowed: Readonly<Record<string, string>> = {
  'packages/io/src/embedded/postgres-files.ts': 'nobody', // the system user
  '.dependency-cruiser.cjs': 'deps', // tsPreCompilationDeps
};

const wordsOf = (line: string): string =>
  line
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/[_-]/g, ' ')
    .toLowerCase();

type Source = { readonly path: string; readonly text: string };

/** `path:line: word, say …` for each retired word in the text and in the path, which counts as line 0. */
const retiredWordsIn = ({ path, text }: Source): readonly string[] =>
  [path, ...text.split('\n')].flatMap((line, number) =>
    retired.flatMap(([pattern, say]) =>
      [...wordsOf(line).matchAll(new RegExp(`\\b(?:${pattern})\\b`, 'g'))]
        .filter(([word]) => word !== borrowed[path])
        .map(([word]) => `${path}:${number}: ${word}, say ${say}`),
    ),
  );

const isChecked = (path: string): boolean =>
  /\.(ts|md|mts|mjs|cjs|json|prisma|sql|yml|example|grit)$|^\.ci\/|Dockerfile$/.test(path) &&
  !records.test(path) &&
  !path.startsWith('test/fence/retired-words');

test('no file uses a retired word', () => {
  const tracked = execFileSync('git', ['ls-files', '-z'], { encoding: 'utf8' }).split('\0');
  const found = tracked
    .filter((path) => isChecked(path) && existsSync(path))
    .flatMap((path) => retiredWordsIn({ path, text: readFileSync(path, 'utf8') }));
  assert.deepEqual(found, []);
});

for (const [where, planted, word] of [
  ['a comment', { path: 'a.ts', text: '/** Nobody waits. */' }, 'nobody'],
  ['an identifier', { path: 'a.ts', text: 'const openDoorbell = 1;' }, 'doorbell'],
  ['a constant', { path: 'a.ts', text: 'const FIRST_PLACES = 1;' }, 'first places'],
  ['a file name', { path: 'hand-over.test.ts', text: '' }, 'hand over'],
] as const)
  test(`a retired word in ${where} is found`, () => {
    assert.deepEqual(
      retiredWordsIn(planted).map((found) => found.split(', say')[0]?.split(': ')[1]),
      [word],
    );
  });

test('words of SQL, media types and the standard library are not found', () => {
  const text = "octet_length(bytes) 'application/octet-stream' value.toString() trimmed.split('ringleader')";
  assert.deepEqual(retiredWordsIn({ path: 'a.ts', text }), []);
});
