/** The title of the page that is shown: that of the document, which can also be listened to. */
const listeners = new Set<() => void>();
let title = '';

export function setPageTitle(next: string): void {
  title = next;
  document.title = `${next} · Waybill`;
  for (const listener of listeners) listener();
}

export const pageTitle = {
  current: (): string => title,
  subscribe(listener: () => void): () => void {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
};
