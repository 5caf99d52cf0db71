import { useParams } from '@tanstack/react-router';
import { useMay } from '../../api/shown-account.ts';
import { useRecords } from '../../api/use-records.ts';
import type { RecipientView } from '../../api/views.ts';
import { paths } from '../../paths.ts';
import { recipientText as text } from '../../text/recipient.ts';
import { visible } from '../../text/visible.ts';
import { ButtonLink } from '../../ui/button-link.tsx';
import { CopyAsCurl } from '../../ui/copy-as-curl.tsx';
import { DeliveryStatus } from '../../ui/delivery-status.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Moment } from '../../ui/moment.tsx';
import { Page, Section } from '../../ui/page.tsx';
import { RecordList } from '../../ui/record-list.tsx';
import type { Column } from '../../ui/record-table.tsx';
import { RowLink } from '../../ui/row-link.tsx';
import { StatusMark } from '../../ui/status-mark.tsx';
import { CouldIWrite } from './could-i-write.tsx';
import { WhySuppressed } from './why-suppressed.tsx';

type Delivery = RecipientView['data'][number];

const columns: readonly Column<Delivery>[] = [
  {
    id: 'status',
    title: text.status,
    width: '136px',
    cell: ({ status }) => <DeliveryStatus status={status} />,
  },
  {
    id: 'subject',
    title: text.subject,
    cell: ({ message_id: id, subject, from }) => (
      <RowLink to={paths.message(id)} under={visible(from ?? '')}>
        {subject ? visible(subject) : text.noSubject}
      </RowLink>
    ),
  },
  {
    id: 'reason',
    title: text.reason,
    width: '40%',
    isWide: true,
    cell: ({ reason }) => <span title={visible(reason)}>{visible(reason)}</span>,
  },
  {
    id: 'changed',
    title: text.changed,
    width: '96px',
    cell: ({ status_changed_at: at }) => <Moment at={at} />,
  },
];

const Standing = ({ isSuppressed }: { readonly isSuppressed: boolean }) =>
  isSuppressed ? (
    <StatusMark tone="bad" icon="suppressions" text={text.mayNotWrite} />
  ) : (
    <StatusMark tone="good" icon="done" text={text.mayWrite} />
  );

/** Everything about one address, and whether a message to it would leave now. */
export function RecipientPage() {
  const { address } = useParams({ strict: false }) as { readonly address: string };
  const path = `/v1/recipients/${encodeURIComponent(address)}`;
  const records = useRecords<Delivery>(path);
  const mayAsk = useMay('developer');
  const [page] = (records.data?.pages ?? []) as unknown as readonly RecipientView[];
  const isSuppressed = page?.suppressed;
  return (
    <Page
      title={visible(address)}
      lead={isSuppressed === undefined ? text.lead : <Standing isSuppressed={isSuppressed} />}
      actions={
        <>
          {isSuppressed && (
            <ButtonLink to={paths.suppressions} search={{ address }}>
              {text.seeSuppression}
            </ButtonLink>
          )}
          <CopyAsCurl path={path} />
        </>
      }
    >
      {isSuppressed && <WhySuppressed address={address} />}
      {mayAsk && <CouldIWrite address={address} />}
      <Section title={text.deliveries}>
        <RecordList
          records={records}
          label={text.label}
          one={text.one}
          columns={columns}
          rowKey={({ delivery_id: id }) => id}
          empty={<EmptyState title={text.emptyTitle} text={text.emptyText} />}
        />
      </Section>
    </Page>
  );
}
