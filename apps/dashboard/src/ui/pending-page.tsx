/** The page of a record that is being read, or that could not be read. */
import { ErrorPanel } from './error-panel.tsx';
import { Page } from './page.tsx';
import { Waiting } from './waiting.tsx';

type PendingPageProps = {
  readonly title: string;
  readonly error: Error | null;
  readonly retry: () => unknown;
};

export const PendingPage = ({ title, error, retry }: PendingPageProps) => (
  <Page title={title}>
    {error === null ? <Waiting /> : <ErrorPanel error={error} retry={() => void retry()} />}
  </Page>
);
