/** It exists already, or belongs to somebody else. `what` names the rule, `<table>_<columns>_key` or the constraint's own name. */
export class Taken extends Error {
  readonly what: string;

  constructor(what: string, cause: unknown) {
    super(`Taken: ${what}`, { cause });
    this.name = 'Taken';
    this.what = what;
  }
}

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

/** Where pg and Prisma's adapter put the name of the constraint, or of the fields. */
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

/** Runs it, and makes a unique clash a `Taken`. Everything else is an accident and stays what it is. */
export async function orTaken<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (isUniqueClash(error)) throw new Taken(constraintOf(error) ?? 'unique', error);
    throw error;
  }
}
