import { useRecord } from '../../api/use-records.ts';
import type { OwnAccountView } from '../../api/views.ts';
import { settingsText as text } from '../../text/settings.ts';
import { ExportMenu } from '../../ui/export-menu.tsx';
import { Page, Section } from '../../ui/page.tsx';
import { PendingPage } from '../../ui/pending-page.tsx';
import { AccountForm } from './account-form.tsx';
import { Erasures } from './erasures.tsx';
import { LimitList } from './limit-list.tsx';
import { Notices } from './notices.tsx';

/** The account as its members see it: settings, limits and usage, recipients, notices. */
export function SettingsPage() {
  const { data, error, refetch } = useRecord<OwnAccountView>('/v1/account');
  if (data === undefined) return <PendingPage title={text.title} error={error} retry={refetch} />;
  return (
    <Page title={text.title} lead={text.lead}>
      <Section title={text.account}>
        <AccountForm key={data.id} account={data} />
      </Section>
      <Section title={text.limits} actions={<ExportMenu path="/v1/limits" />}>
        <LimitList account={data} />
      </Section>
      <Section title={text.notices}>
        <Notices />
      </Section>
      <Erasures />
    </Page>
  );
}
