/** The text behind header bytes beyond ASCII that no encoded word explains. */
import { isUtf8 } from 'node:buffer';

/** Of web and mail practice: what Western programs write when they name no charset. It can read every byte. */
const LAST_RESORT = 'windows-1252';

/** Charsets in which ASCII stays ASCII. An encoding that hides ASCII in other bytes would make what no check has seen. */
const asciiSuperset =
  /^(?:windows-\d+|iso-8859-\d+(?:-[ie])?|koi8-[ru]|macintosh|x-mac-cyrillic|ibm866|gbk|gb18030|big5|euc-jp|euc-kr|shift_jis)$/;

function decoderOf(charset: string | undefined) {
  if (charset === undefined) return undefined;
  try {
    const decoder = new TextDecoder(charset, { fatal: true });
    return asciiSuperset.test(decoder.encoding) ? decoder : undefined;
  } catch {
    // No program knows this label: the last resort counts.
    return undefined;
  }
}

function decoded(bytes: Buffer, charset: string | undefined): string | undefined {
  try {
    return decoderOf(charset)?.decode(bytes);
  } catch {
    // The bytes are not of the charset that the message names.
    return undefined;
  }
}

/** UTF-8 where it is valid, else the charset that the message itself names for its text, else windows-1252. */
export function textOfBytes(bytes: Buffer, charset: string | undefined): string {
  if (isUtf8(bytes)) return bytes.toString('utf8');
  return decoded(bytes, charset) ?? new TextDecoder(LAST_RESORT).decode(bytes);
}
