/** Comments of structured header fields, which may nest. RFC 5322 §3.2.2. */

/** Offset behind the comment that opens at `from`; -1 when it never closes. */
export function commentEnd(text: string, from: number): number {
  let depth = 0;
  for (let at = from; at < text.length; at++) {
    const letter = text[at];
    if (letter === '\\') at++;
    else if (letter === '(') depth++;
    else if (letter === ')' && --depth === 0) return at + 1;
  }
  return -1;
}

const quotedOrComment = /"(?:[^"\\]|\\.)*"|\(/g;

/** Replaces every comment outside quoted strings; `undefined` when one never closes. */
export function replaceComments(text: string, replace: (comment: string) => string): string | undefined {
  let made = '';
  let at = 0;
  quotedOrComment.lastIndex = 0;
  for (let found = quotedOrComment.exec(text); found; found = quotedOrComment.exec(text)) {
    if (found[0] !== '(') continue;
    const end = commentEnd(text, found.index);
    if (end === -1) return undefined;
    made += text.slice(at, found.index) + replace(text.slice(found.index, end));
    at = end;
    quotedOrComment.lastIndex = end;
  }
  return made + text.slice(at);
}

/** The value with a space in place of each comment; `undefined` when a comment never closes. */
export const withoutComments = (text: string): string | undefined =>
  text.includes('(') ? replaceComments(text, () => ' ') : text;
