import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { SuppressionView } from '../../api/views.ts';
import { paths } from '../../paths.ts';
import { suppressionReason, suppressionsText as text } from '../../text/suppressions.ts';
import { uiText } from '../../text/ui.ts';
import { visible } from '../../text/visible.ts';
import { Moment } from '../../ui/moment.tsx';
import type { Column } from '../../ui/record-table.tsx';
import { RowLink } from '../../ui/row-link.tsx';

/** The reply, the note, or the message that led to it. */
const evidenceOf = ({ evidence }: SuppressionView): string =>
  visible(String(evidence.reply ?? evidence.note ?? evidence.text ?? evidence.reason ?? ''));

export const Evidence = ({ row }: { readonly row: SuppressionView }) => {
  const { message_id: id } = row.evidence;
  const words = evidenceOf(row);
  if (typeof id !== 'string') return <span title={words}>{words === '' ? '–' : words}</span>;
  return (
    <Link to={paths.message(id)} title={words}>
      {words === '' ? id : words}
    </Link>
  );
};

export const suppressionColumns = (
  onRelease: (row: SuppressionView) => void,
): readonly Column<SuppressionView>[] => [
  {
    id: 'address',
    title: text.address,
    cell: ({ address }) => <RowLink to={paths.recipient(address)}>{visible(address)}</RowLink>,
  },
  { id: 'reason', title: text.reason, width: '116px', cell: ({ reason }) => suppressionReason[reason] },
  { id: 'evidence', title: text.evidence, width: '32%', isWide: true, cell: (row) => <Evidence row={row} /> },
  {
    id: 'created',
    title: text.created,
    width: '90px',
    isWide: true,
    cell: ({ created_at: at }) => <Moment at={at} />,
  },
  {
    id: 'release',
    title: uiText.actions,
    isTitleHidden: true,
    isChange: true,
    width: '84px',
    isRight: true,
    cell: (row) => (
      <Button variant="subtle" size="compact-xs" onClick={() => onRelease(row)}>
        {text.release}
      </Button>
    ),
  },
];
