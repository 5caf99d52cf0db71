/** The text escaped for a LIKE pattern. */
export const likeText = (text: string): string => text.replaceAll(/[\\%_]/g, '\\$&');
