import { VisuallyHidden } from '@mantine/core';
import { useSyncExternalStore } from 'react';
import { pageTitle } from '../ui/page-title.ts';

/** Reads out the title of each page that is opened, which a browser does only for a page that it loads. WCAG 2.2 §4.1.3. */
export function PageAnnouncer() {
  const title = useSyncExternalStore(pageTitle.subscribe, pageTitle.current);
  return <VisuallyHidden role="status">{title}</VisuallyHidden>;
}
