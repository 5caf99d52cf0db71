import { jsonText } from './json-text.ts';

const fieldNames = new Map<string, string>();

/** `delivery_id` → `deliveryId`. */
export function fieldOf(column: string): string {
  const known = fieldNames.get(column);
  if (known !== undefined) return known;
  const name = column.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
  fieldNames.set(column, name);
  return name;
}

/**
 * The one mapping of rows: columns in snake_case become fields in camelCase, and NULL becomes `undefined`. A query that selects
 * exactly the fields of a type needs no mapping of its own.
 */
export function fromRow<Value extends object>(row: object): Value {
  const value: Record<string, unknown> = {};
  for (const [column, content] of Object.entries(row)) value[fieldOf(column)] = content ?? undefined;
  return value as Value;
}

const columnNames = new Map<string, string>();

function columnOf(field: string): string {
  const known = columnNames.get(field);
  if (known !== undefined) return known;
  const name = field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  columnNames.set(field, name);
  return name;
}

const toRow = (value: object): object =>
  Object.fromEntries(Object.entries(value).map(([field, content]) => [columnOf(field), content]));

/** The reverse of `fromRow`: JSON for `jsonb_to_recordset`, which ignores fields that the statement does not name. */
export const rowsText = (values: readonly object[]): string => jsonText(values.map(toRow));
