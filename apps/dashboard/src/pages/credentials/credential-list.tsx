import { Button } from '@mantine/core';
import { useMay } from '../../api/shown-account.ts';
import { useRecords } from '../../api/use-records.ts';
import { credentialsText } from '../../text/credentials.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ExportMenu } from '../../ui/export-menu.tsx';
import { ListHead } from '../../ui/list-head.tsx';
import { RecordList } from '../../ui/record-list.tsx';
import type { Column } from '../../ui/record-table.tsx';

type CredentialListProps<Row> = {
  readonly path: string;
  /** What the rows are, in the plural. */
  readonly label: string;
  readonly one: string;
  readonly columns: readonly Column<Row>[];
  readonly empty: { readonly title: string; readonly text: string };
  readonly onCreate: () => void;
};

/** What every list of this page has: a button that adds one, for those who may, above the rows and where there are none. */
export function CredentialList<Row extends { readonly id: string }>(props: CredentialListProps<Row>) {
  const { path, label, one, columns, empty, onCreate } = props;
  const records = useRecords<Row>(path);
  const create = useMay('developer') && <Button onClick={onCreate}>{credentialsText.add}</Button>;
  return (
    <>
      <ListHead>
        {create}
        <ExportMenu path={path} />
      </ListHead>
      <RecordList
        records={records}
        label={label}
        one={one}
        columns={columns}
        rowKey={({ id }) => id}
        empty={<EmptyState {...empty}>{create}</EmptyState>}
      />
    </>
  );
}
