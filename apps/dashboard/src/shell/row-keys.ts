/** Moves the focus from one row of a list to the next. */
export function focusRow(step: 1 | -1): void {
  const links = [...document.querySelectorAll<HTMLElement>('[data-row-link]')];
  const at = links.indexOf(document.activeElement as HTMLElement);
  const next = at === -1 ? 0 : at + step;
  links[Math.min(Math.max(next, 0), links.length - 1)]?.focus();
}
