import { ConnectionError } from './connection-error.ts';

/** Runs `start` until it resolves or rejects. Rejects with a `ConnectionError` of kind `timeout` after `timeoutMs`. */
export function withinTime<T>(
  { timeoutMs, what }: { readonly timeoutMs: number; readonly what: string },
  start: (resolve: (value: T) => void, reject: (error: Error) => void) => void,
): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const seconds = Math.round(timeoutMs / 100) / 10;
    const timer = setTimeout(
      () => reject(new ConnectionError('timeout', `${what} took longer than ${seconds} s`)),
      timeoutMs,
    );
    start(
      (value) => {
        clearTimeout(timer);
        resolve(value);
      },
      (error) => {
        clearTimeout(timer);
        reject(error);
      },
    );
  });
}
