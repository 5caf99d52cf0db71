/**
 * What was found about an object, kept on the object itself, for as long as that lives. Not a WeakMap: V8's minor collections
 * take the values of one for alive while its keys are dying, so with short-lived keys all that hangs on them grows old, and waits
 * for a major collection.
 */
export type KeptOn<Key extends object, Value> = {
  get(key: Key): Value | undefined;
  set(key: Key, value: Value): void;
};

/** Neither a copy by spreading nor a comparison sees it, and a frozen object keeps nothing. */
export function keptOn<Key extends object, Value>(): KeptOn<Key, Value> {
  const slot = Symbol('kept');
  return {
    get: (key) => (key as { readonly [slot]?: Value })[slot],
    set: (key, value) => void Reflect.defineProperty(key, slot, { value, writable: true }),
  };
}
