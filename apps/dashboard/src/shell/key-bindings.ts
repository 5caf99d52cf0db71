/** Keys of the whole dashboard: one key, or `g` and then a key. None works while a person types into a field. */
export type Bindings = Readonly<Record<string, () => void>>;

const SEQUENCE_MS = 1_200;

const isTyping = ({ target }: KeyboardEvent): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName));

const isChord = ({ ctrlKey, metaKey, altKey }: KeyboardEvent): boolean => ctrlKey || metaKey || altKey;

const isPaletteKey = ({ ctrlKey, metaKey, key }: KeyboardEvent): boolean =>
  (ctrlKey || metaKey) && key.toLowerCase() === 'k';

/** A dialog and a menu have keys of their own. */
const isElsewhere = ({ target }: KeyboardEvent): boolean =>
  document.querySelector('[role="dialog"]') !== null ||
  (target instanceof Element && target.closest('[role="menu"]') !== null);

const isBlocked = (event: KeyboardEvent): boolean => isTyping(event) || isChord(event);

/** Names the keys that were pressed: `m`, `g m`, `Ctrl K`. */
function openKeyNames(): (event: KeyboardEvent) => string | undefined {
  let prefixAt = Number.NEGATIVE_INFINITY;
  return (event) => {
    if (isElsewhere(event)) return undefined;
    if (isPaletteKey(event)) return 'Ctrl K';
    if (isBlocked(event)) return undefined;
    const isSequence = event.timeStamp - prefixAt < SEQUENCE_MS;
    prefixAt = event.key === 'g' ? event.timeStamp : Number.NEGATIVE_INFINITY;
    return isSequence ? `g ${event.key}` : event.key;
  };
}

/** Listens until the returned function is called. */
export function listenForKeys(bindings: Bindings): () => void {
  const nameOf = openKeyNames();
  const onKey = (event: KeyboardEvent): void => {
    const action = bindings[nameOf(event) ?? ''];
    if (action === undefined) return;
    event.preventDefault();
    action();
  };
  window.addEventListener('keydown', onKey);
  return () => window.removeEventListener('keydown', onKey);
}
