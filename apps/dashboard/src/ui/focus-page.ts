/** The id of the element that holds the page: it takes the focus when there is no better place for it. */
export const PAGE_ID = 'main';

export const focusPage = (): void => document.getElementById(PAGE_ID)?.focus({ preventScroll: true });
