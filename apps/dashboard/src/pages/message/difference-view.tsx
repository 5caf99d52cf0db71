/** What you sent beside what one recipient got. */
import { NativeSelect } from '@mantine/core';
import { useState } from 'react';
import { problemOf } from '../../api/problem-error.ts';
import { useText } from '../../api/use-records.ts';
import type { TraceView } from '../../api/views.ts';
import { messageText as text } from '../../text/message.ts';
import { visible } from '../../text/visible.ts';
import { EmptyState, Note } from '../../ui/empty-state.tsx';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { Waiting } from '../../ui/waiting.tsx';
import { type DifferenceLine, lineDifference, withGaps } from './line-difference.ts';
import css from './timeline.module.css';

const LineMark = ({ kind, text: line }: DifferenceLine) => {
  if (kind === 'same') return <div>{visible(line)}</div>;
  const Tag = kind === 'added' ? 'ins' : 'del';
  return (
    <div className={css[kind]}>
      <Tag style={{ textDecoration: 'none' }}>{visible(line)}</Tag>
    </div>
  );
};

function Difference({ before, after }: { readonly before: string; readonly after: string }) {
  const lines = lineDifference(before, after);
  if (lines === undefined) return <EmptyState title={text.difference} text={text.tooLarge} />;
  if (lines.every(({ kind }) => kind === 'same')) return <EmptyState title={text.sameBytes} text="" />;
  return (
    <div className={css.diff}>
      {withGaps(lines).map((part, index) =>
        part.kind === 'gap' ? (
          // biome-ignore lint/suspicious/noArrayIndexKey: the lines of two stored messages never move
          <div key={index} className={css.gap}>
            {text.unchangedLines(part.count)}
          </div>
        ) : (
          part.lines.map((line, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the lines of two stored messages never move
            <LineMark key={`${index} ${at}`} {...line} />
          ))
        ),
      )}
    </div>
  );
}

export function OneDifference({ id, delivery }: { readonly id: string; readonly delivery: string }) {
  const path = `/v1/messages/${id}/content`;
  const sent = useText(path, { part: 'raw' });
  const left = useText(path, { part: 'delivered', delivery });
  if (problemOf(left.error).status === 404) return <EmptyState title={text.notPrepared} text="" />;
  if (sent.error !== null || left.error !== null) return <ErrorPanel error={sent.error ?? left.error} />;
  if (sent.data === undefined || left.data === undefined) return <Waiting />;
  return <Difference before={sent.data} after={left.data} />;
}

export function DifferenceView({ trace }: { readonly trace: TraceView }) {
  const [chosen, setChosen] = useState(trace.deliveries[0]?.id);
  if (chosen === undefined) return <EmptyState title={text.notPrepared} text="" />;
  return (
    <>
      <Note>{text.differenceLead}</Note>
      <NativeSelect
        my="sm"
        label={text.recipients}
        value={chosen}
        onChange={(event) => setChosen(event.currentTarget.value)}
        data={trace.deliveries.map(({ id, recipient }) => ({ value: id, label: visible(recipient) }))}
      />
      <OneDifference id={trace.id} delivery={chosen} />
    </>
  );
}
