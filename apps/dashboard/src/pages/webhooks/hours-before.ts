const hour = 3_600_000;

/** The time so many hours ago, as the API takes it. */
export const hoursBefore = (hours: string): string =>
  new Date(Date.now() - Number(hours) * hour).toISOString();
