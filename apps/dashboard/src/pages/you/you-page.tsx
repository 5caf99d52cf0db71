import { useChange } from '../../api/use-change.ts';
import { useRecord, useRecords } from '../../api/use-records.ts';
import type { LoginSessionView, UserView } from '../../api/views.ts';
import { youText as text } from '../../text/team.ts';
import { visible } from '../../text/visible.ts';
import { emailText } from '../../text/you.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Moment } from '../../ui/moment.tsx';
import { Page, Section } from '../../ui/page.tsx';
import { PendingPage } from '../../ui/pending-page.tsx';
import { RecordList } from '../../ui/record-list.tsx';
import type { Column } from '../../ui/record-table.tsx';
import { RowButton } from '../../ui/row-button.tsx';
import { TwoLines } from '../../ui/row-link.tsx';
import { EmailForm } from './email-form.tsx';
import { NameForm, PasswordForm } from './login-forms.tsx';
import { Passkeys } from './passkeys.tsx';
import { SecondFactor } from './second-factor.tsx';
import { SingleSignOn } from './single-sign-on.tsx';

const columnsFor = (end: (row: LoginSessionView) => void): readonly Column<LoginSessionView>[] => [
  {
    id: 'agent',
    title: text.agent,
    cell: ({ agent, is_current: isHere }) => (
      <TwoLines under={isHere ? text.here : ''}>{visible(agent)}</TwoLines>
    ),
  },
  { id: 'ip', title: text.address, width: '22%', isWide: true, cell: ({ ip }) => ip },
  { id: 'seen', title: text.seen, width: '96px', cell: ({ last_seen_at: at }) => <Moment at={at} /> },
  {
    id: 'end',
    title: text.end,
    width: '70px',
    isRight: true,
    cell: (row) =>
      !row.is_current && (
        <RowButton about={row.agent} onClick={() => end(row)}>
          {text.end}
        </RowButton>
      ),
  },
];

function Sessions() {
  const path = '/v1/me/sessions';
  const records = useRecords<LoginSessionView>(path, { limit: undefined });
  const end = useChange({ done: text.ended });
  return (
    <RecordList
      records={records}
      label={text.manySessions}
      one={text.session}
      columns={columnsFor(({ id }) => end.mutate({ path: `${path}/${id}`, method: 'DELETE' }))}
      rowKey={({ id }) => id}
      empty={<EmptyState title={text.noneTitle} text={text.noneText} />}
    />
  );
}

/** The reader: name, address, password, second factor, passkeys, login sessions. */
export function YouPage() {
  const { data, error, refetch } = useRecord<UserView>('/v1/me');
  if (data === undefined) return <PendingPage title={text.title} error={error} retry={refetch} />;
  return (
    <Page title={text.title} lead={text.lead}>
      <Section title={text.facts}>
        <NameForm key={data.name} user={data} />
      </Section>
      <Section title={emailText.title}>
        <EmailForm user={data} />
      </Section>
      <Section title={text.password}>
        <PasswordForm />
      </Section>
      <Section title={text.factor}>
        <SecondFactor />
      </Section>
      <Passkeys user={data} />
      <SingleSignOn user={data} />
      <Section title={text.sessions}>
        <Sessions />
      </Section>
    </Page>
  );
}
