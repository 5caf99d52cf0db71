/** Another page takes the focus and the top of the reader's attention: without it a keyboard stays in the page before. WCAG 2.2 §2.4.3. */
import type { RouterEvents } from '@tanstack/react-router';
import { focusPage } from '../ui/focus-page.ts';

type Router = {
  subscribe(event: 'onRendered', listener: (event: RouterEvents['onRendered']) => void): () => void;
};

/** The first page keeps the focus where a browser puts it: at the start of the document. */
export function focusEachPage(router: Router): void {
  router.subscribe('onRendered', ({ fromLocation, pathChanged }) => {
    if (fromLocation !== undefined && pathChanged) focusPage();
  });
}
