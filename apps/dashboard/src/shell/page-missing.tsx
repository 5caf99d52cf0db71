import { paths } from '../paths.ts';
import { shellText } from '../text/shell.ts';
import { ButtonLink } from '../ui/button-link.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { Page } from '../ui/page.tsx';

/** A URL that leads to no page. */
export const PageMissing = () => (
  <Page title={shellText.noPage}>
    <EmptyState title={shellText.noPage} text={shellText.noPageText}>
      <ButtonLink to={paths.messages} isMain>
        {shellText.toMessages}
      </ButtonLink>
    </EmptyState>
  </Page>
);
