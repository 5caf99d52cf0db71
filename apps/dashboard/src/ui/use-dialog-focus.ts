/** The focus of a dialog stays inside while it is open, and goes back to what opened it. WCAG 2.2 §2.4.3. */
import { type RefObject, useEffect, useRef, useState } from 'react';
import { focusPage } from './focus-page.ts';

let lastOpener: Element | null = null;

/** A menu goes away with its items, so its button stands for them. A dialog that follows another has the same opener. */
function openerNow(): Element | null {
  const active = document.activeElement;
  const menu = active?.closest('[role="menu"]')?.getAttribute('aria-labelledby');
  if (active?.closest('[role="dialog"]') == null)
    lastOpener = menu == null ? active : document.getElementById(menu);
  return lastOpener;
}

const isLost = (): boolean => document.activeElement === document.body;

function focusAgain(opener: Element | null): void {
  // What the dialog did may have moved the focus on, to another page or to the next dialog.
  if (!isLost()) return;
  if (opener instanceof HTMLElement) opener.focus();
  if (isLost()) focusPage();
}

/** The ref is for an element inside the dialog. */
export function useDialogFocus(): RefObject<HTMLDivElement | null> {
  const inside = useRef<HTMLDivElement>(null);
  const [opener] = useState(openerNow);
  // A button that had the focus may be gone after a step of the dialog.
  useEffect(() => {
    if (isLost()) inside.current?.closest<HTMLElement>('[role="dialog"]')?.focus();
  });
  useEffect(() => () => void setTimeout(() => focusAgain(opener)), [opener]);
  return inside;
}
