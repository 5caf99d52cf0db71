/** The columns that SMTP credentials and API keys share: the last use, and what can be done with one. */
import { credentialsText as text } from '../../text/credentials.ts';
import { uiText } from '../../text/ui.ts';
import { Moment } from '../../ui/moment.tsx';
import type { Column } from '../../ui/record-table.tsx';
import { RowButton } from '../../ui/row-button.tsx';

const actions = ['edit', 'rotate', 'revoke'] as const;

/** The dialog that is open. */
export type Opened<Row> =
  | { readonly what: 'create' }
  | { readonly what: (typeof actions)[number]; readonly row: Row };

type Credential = { readonly name: string; readonly last_used_at: string | null };

export const credentialColumns = <Row extends Credential>(
  open: (opened: Opened<Row>) => void,
): readonly Column<Row>[] => [
  {
    id: 'used',
    title: text.lastUsed,
    width: '100px',
    isWide: true,
    cell: ({ last_used_at: at }) => <Moment at={at} absent={text.never} />,
  },
  {
    id: 'actions',
    title: uiText.actions,
    isTitleHidden: true,
    isChange: true,
    width: '196px',
    isRight: true,
    cell: (row) =>
      actions.map((what) => (
        <RowButton key={what} about={row.name} onClick={() => open({ what, row })}>
          {text[what]}
        </RowButton>
      )),
  },
];
