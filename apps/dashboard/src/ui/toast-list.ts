/** The toasts that are shown now. A store of its own, so that code outside of components can add one. */
export type Toast = {
  readonly id: number;
  readonly text: string;
  readonly more?: string | undefined;
  readonly isError?: boolean;
  readonly undo?: (() => void) | undefined;
};

const SHOWN_MS = 8_000;
let toasts: readonly Toast[] = [];
let lastId = 0;
const listeners = new Set<() => void>();

function change(next: readonly Toast[]): void {
  toasts = next;
  for (const listener of listeners) listener();
}

export const hideToast = (id: number): void => change(toasts.filter((toast) => toast.id !== id));

/** An error stays until it is closed. */
export function showToast(toast: Omit<Toast, 'id'>): void {
  lastId += 1;
  const id = lastId;
  change([...toasts, { ...toast, id }].slice(-4));
  if (!toast.isError) setTimeout(() => hideToast(id), SHOWN_MS);
}

export const toastList = {
  current: (): readonly Toast[] => toasts,
  subscribe(listener: () => void): () => void {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
};
