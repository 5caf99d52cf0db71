import { Textarea, TextInput } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { List } from '@waybill/contract/list';
import { useState } from 'react';
import { useChange } from '../../api/use-change.ts';
import { useRecord } from '../../api/use-records.ts';
import type { MessageSummaryView } from '../../api/views.ts';
import { paths } from '../../paths.ts';
import { suppressionsText as text } from '../../text/suppressions.ts';
import { visible } from '../../text/visible.ts';
import { FormDialog } from '../../ui/dialog.tsx';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { Moment } from '../../ui/moment.tsx';
import { Waiting } from '../../ui/waiting.tsx';

type Closing = { readonly onClose: () => void };

const addressesIn = (typed: string): readonly string[] => [
  ...new Set(typed.split(/[\s,;]+/).filter((word) => word !== '')),
];

export function SuppressDialog({ onClose }: Closing) {
  const [typed, setTyped] = useState('');
  const [note, setNote] = useState('');
  const addresses = addressesIn(typed);
  const add = useChange<{ readonly created: number }>({
    done: ({ created }) => text.added(created),
    isInPlace: true,
  });
  const entry = (address: string) => ({ address, ...(note.trim() === '' ? {} : { note: note.trim() }) });
  return (
    <FormDialog
      title={text.addTitle}
      submit={text.addSubmit(addresses.length)}
      isBusy={add.isPending}
      isReady={addresses.length > 0}
      error={add.error}
      onClose={onClose}
      onSubmit={() =>
        add.mutate(
          { path: '/v1/suppressions', body: { suppressions: addresses.map(entry) } },
          { onSuccess: onClose },
        )
      }
    >
      <Textarea
        data-autofocus
        label={text.addresses}
        description={text.addressesHint}
        rows={5}
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
      />
      <TextInput
        label={text.note}
        description={text.noteHint}
        value={note}
        onChange={(event) => setNote(event.currentTarget.value)}
      />
    </FormDialog>
  );
}

const MAX_SHOWN = 5;

/** The messages that the suppression stopped. */
function NotSent({ address }: { readonly address: string }) {
  const query = { to: address, status: 'suppressed', limit: MAX_SHOWN };
  const { data, error } = useRecord<List<MessageSummaryView>>('/v1/messages', query);
  if (error !== null) return <ErrorPanel error={error} />;
  if (data === undefined) return <Waiting />;
  if (data.data.length === 0) return <p>{text.notSentNone}</p>;
  return (
    <div>
      <h3>{text.notSent}</h3>
      <ul>
        {data.data.map(({ id, subject, created_at: at }) => (
          <li key={id}>
            <Link to={paths.message(id)}>{subject ? visible(subject) : text.noSubject}</Link>{' '}
            <Moment at={at} />
          </li>
        ))}
      </ul>
      <p>{text.notSentHint}</p>
    </div>
  );
}

export function ReleaseDialog({ address, onClose }: Closing & { readonly address: string }) {
  const release = useChange({ done: text.released(address), isInPlace: true });
  const path = `/v1/suppressions/${encodeURIComponent(address)}`;
  return (
    <FormDialog
      title={text.releaseTitle(address)}
      submit={text.release}
      isBusy={release.isPending}
      error={release.error}
      onClose={onClose}
      onSubmit={() => release.mutate({ path, method: 'DELETE' }, { onSuccess: onClose })}
    >
      <p>{text.releaseText}</p>
      <NotSent address={address} />
    </FormDialog>
  );
}
