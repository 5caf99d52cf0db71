import type { MessageSummaryView } from '../../api/views.ts';
import { paths } from '../../paths.ts';
import { messagesText as text } from '../../text/messages.ts';
import { bytes } from '../../text/number.ts';
import { visible } from '../../text/visible.ts';
import { DeliveryStatus } from '../../ui/delivery-status.tsx';
import { Moment } from '../../ui/moment.tsx';
import type { Column } from '../../ui/record-table.tsx';
import { RowLink } from '../../ui/row-link.tsx';

const recipientsOf = ({ recipients }: MessageSummaryView): string => {
  const [first, ...others] = recipients;
  if (first === undefined) return text.noRecipient;
  return others.length === 0 ? first : `${first} ${text.more(others.length)}`;
};

export const messageColumns: readonly Column<MessageSummaryView>[] = [
  {
    id: 'status',
    title: text.status,
    width: '136px',
    cell: ({ status }) => <DeliveryStatus status={status} />,
  },
  {
    id: 'subject',
    title: text.subject,
    cell: (row) => (
      <RowLink to={paths.message(row.id)} under={visible(row.from ?? row.mail_from ?? '')}>
        {row.subject ? visible(row.subject) : text.noSubject}
      </RowLink>
    ),
  },
  { id: 'to', title: text.recipients, width: '30%', isWide: true, cell: (row) => visible(recipientsOf(row)) },
  {
    id: 'size',
    title: text.size,
    width: '86px',
    isRight: true,
    isWide: true,
    cell: ({ size }) => bytes(size),
  },
  { id: 'when', title: text.when, width: '84px', cell: ({ created_at }) => <Moment at={created_at} /> },
];
