/** Reads CSV. RFC 4180. */

export type CsvRow = {
  /** The line of the text on which the row begins, from 1. */
  readonly line: number;
  readonly cells: readonly string[];
};

const separators = [',', ';', '\t'] as const;
type Separator = (typeof separators)[number];

/** A quoted cell may hold separators, line ends and doubled quotes. */
const cells: Readonly<Record<Separator, RegExp>> = {
  ',': /"([^"]*(?:""[^"]*)*)"|([^,\r\n]*)/y,
  ';': /"([^"]*(?:""[^"]*)*)"|([^;\r\n]*)/y,
  '\t': /"([^"]*(?:""[^"]*)*)"|([^\t\r\n]*)/y,
};
const lineEnd = /\r\n|\r|\n/y;

type Place = { at: number; line: number };

function readCell(text: string, place: Place, separator: Separator): string {
  const cell = cells[separator];
  cell.lastIndex = place.at;
  const [whole = '', quoted, bare = ''] = cell.exec(text) ?? [];
  place.at += whole.length;
  if (quoted === undefined) return bare;
  place.line += quoted.match(/\r\n|\r|\n/g)?.length ?? 0;
  return quoted.replaceAll('""', '"');
}

/** What stands between a cell and the next separator, after a closing quote that was not the end of the cell. */
function skipToSeparator(text: string, place: Place, separator: Separator): void {
  while (place.at < text.length && text[place.at] !== separator && !'\r\n'.includes(text[place.at] ?? ''))
    place.at += 1;
}

function readRow(text: string, place: Place, separator: Separator): CsvRow {
  const { line } = place;
  const row: string[] = [];
  for (;;) {
    row.push(readCell(text, place, separator));
    skipToSeparator(text, place, separator);
    if (text[place.at] !== separator) break;
    place.at += 1;
  }
  lineEnd.lastIndex = place.at;
  place.at += lineEnd.exec(text)?.[0].length ?? 0;
  place.line += 1;
  return { line, cells: row };
}

/** Spreadsheets in some countries separate by semicolons, copied cells by tabs. */
function separatorOf(text: string): Separator {
  const [first = ''] = text.split(/\r\n|\r|\n/, 1);
  return separators.find((one) => first.includes(one)) ?? ',';
}

/** Rows without empty lines, one after the other, so that a long text is not held twice. */
export function* readCsv(given: string): Generator<CsvRow> {
  const text = given.startsWith('\ufeff') ? given.slice(1) : given;
  const separator = separatorOf(text);
  const place = { at: 0, line: 1 };
  while (place.at < text.length) {
    const row = readRow(text, place, separator);
    if (row.cells.some((one) => one.trim() !== '')) yield row;
  }
}
