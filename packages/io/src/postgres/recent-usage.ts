/** What this process has accepted lately, so that a limit holds before the next look at the database. */
export type RecentUsage = {
  note(accountId: string, recipients: number, at: Date): void;
  /** Recipients accepted from a moment on; at most a minute is remembered. */
  since(accountId: string, from: Date): number;
};

const KEPT_MS = 60_000;

type Entry = { readonly at: number; readonly recipients: number };

function forgetOld(entries: Entry[], now: number): void {
  const keep = entries.findIndex((entry) => entry.at > now - KEPT_MS);
  entries.splice(0, keep === -1 ? entries.length : keep);
}

export function recentUsage(): RecentUsage {
  const accounts = new Map<string, Entry[]>();
  return {
    note(accountId, recipients, at) {
      const entries = accounts.get(accountId) ?? [];
      accounts.set(accountId, entries);
      const last = entries.at(-1);
      // One entry per 10 ms is exact enough and bounds the list.
      if (last && at.getTime() - last.at < 10)
        entries[entries.length - 1] = { at: last.at, recipients: last.recipients + recipients };
      else entries.push({ at: at.getTime(), recipients });
      if (entries.length > 1_000) forgetOld(entries, at.getTime());
    },
    since(accountId, from) {
      let sum = 0;
      const entries = accounts.get(accountId) ?? [];
      for (let index = entries.length - 1; index >= 0; index--) {
        const entry = entries[index];
        if (!entry || entry.at < from.getTime()) break;
        sum += entry.recipients;
      }
      return sum;
    },
  };
}
