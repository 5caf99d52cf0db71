/** `null` in JSON for `undefined`. */
export const orNull = <T>(value: T | undefined): T | null => value ?? null;
export const isoOrNull = (value: Date | undefined): string | null => value?.toISOString() ?? null;
