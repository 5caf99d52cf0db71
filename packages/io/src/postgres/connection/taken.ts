/** The row exists already, or belongs to another account. `what` is the constraint, `<table>_<columns>_key` or its own name. */
export class Taken extends Error {
  readonly what: string;

  constructor(what: string, cause: unknown) {
    super(`Taken: ${what}`, { cause });
    this.name = 'Taken';
    this.what = what;
  }
}

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

/** The name of the constraint, or of the fields, in an error of pg or of Prisma's adapter. */
function constraintOf(error: unknown): string | undefined {
  if (error === null || typeof error !== 'object') return undefined;
  const { constraint, cause, meta, driverAdapterError } = error as Record<string, unknown>;
  if (constraint !== undefined && typeof constraint === 'object' && constraint !== null) {
    const { index, fields } = constraint as { index?: unknown; fields?: unknown };
    return text(index) ?? (Array.isArray(fields) ? fields.join('_') : undefined);
  }
  return text(constraint) ?? constraintOf(driverAdapterError) ?? constraintOf(cause) ?? constraintOf(meta);
}

const isUniqueClash = (error: unknown): boolean => {
  if (error === null || typeof error !== 'object') return false;
  const { code } = error as { code?: unknown };
  return code === '23505' || code === 'P2002';
};

/** Runs the work. A violated unique constraint becomes a `Taken`; other errors stay unchanged. */
export async function orTaken<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (isUniqueClash(error)) throw new Taken(constraintOf(error) ?? 'unique', error);
    throw error;
  }
}
