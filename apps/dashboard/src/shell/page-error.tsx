import { shellText } from '../text/shell.ts';
import { ErrorPanel } from '../ui/error-panel.tsx';
import { Page } from '../ui/page.tsx';

type PageErrorProps = { readonly error: unknown; readonly reset: () => void };

/** A page that could not be loaded or drawn. */
export const PageError = ({ error, reset }: PageErrorProps) => (
  <Page title={shellText.pageFailed}>
    <ErrorPanel error={error} retry={reset} />
  </Page>
);
