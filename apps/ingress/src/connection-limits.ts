/** How many connections may be open at a time in one process. */

/** Per connecting address. */
export const connectionLimits = { perKey: 200, total: 4_000 } as const;
/** Sessions per account that has logged in. */
export const accountSessionLimits = { perKey: 500, total: 4_000 } as const;
