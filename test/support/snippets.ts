/** The examples of documents: fenced blocks of `sh`, in their order. */
import { globSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';

export type Snippet = {
  readonly file: string;
  readonly line: number;
  readonly language: string;
  readonly text: string;
};

const root = resolve(import.meta.dirname, '../..');
const fence = /^```(\w*)[^\n]*\n(.*?)^```$/gms;

function snippetsOf(file: string): readonly Snippet[] {
  const text = readFileSync(resolve(root, file), 'utf8');
  return [...text.matchAll(fence)].map(({ index, 1: language = '', 2: body = '' }) => ({
    file,
    line: text.slice(0, index).split('\n').length,
    language,
    text: body,
  }));
}

/** All of `docs/`, without the decisions. */
export const docSnippets = (): readonly Snippet[] =>
  globSync('docs/*.md', { cwd: root }).toSorted().flatMap(snippetsOf);
