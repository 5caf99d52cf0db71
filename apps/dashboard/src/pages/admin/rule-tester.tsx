import { NativeSelect, Stack, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useChange } from '../../api/use-change.ts';
import type { BounceRuleTriedView } from '../../api/views.ts';
import {
  categoryText,
  partyText,
  phaseText,
  bounceRulesText as text,
  triedOutcomeText,
} from '../../text/bounce-rules.ts';
import { visible } from '../../text/visible.ts';
import { BusyButton } from '../../ui/busy-button.tsx';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { Facts } from '../../ui/facts.tsx';
import { Section } from '../../ui/page.tsx';
import { selectData } from '../../ui/select-data.ts';
import { StatusMark } from '../../ui/status-mark.tsx';

const Answer = ({ tried }: { readonly tried: BounceRuleTriedView }) => (
  <div role="status">
    <p>
      <b>{text.taken(triedOutcomeText[tried.outcome])}</b>{' '}
      <StatusMark
        tone={tried.suppresses ? 'bad' : 'calm'}
        icon={tried.suppresses ? 'suppressions' : 'dash'}
        text={tried.suppresses ? text.suppresses : text.suppressesNot}
      />
    </p>
    <Facts
      rows={[
        [text.because, visible(tried.reason)],
        [text.category, categoryText[tried.category as keyof typeof categoryText] ?? tried.category],
        [text.party, partyText[tried.party as keyof typeof partyText] ?? tried.party],
        [
          text.decidedBy,
          tried.rule === null ? (
            text.decidedByCode
          ) : (
            <>
              <code>{visible(tried.rule.pattern)}</code> (
              {tried.rule.kind === 'own' ? text.own : text.builtIn})
            </>
          ),
        ],
      ]}
    />
  </div>
);

/** Tries a reply against the rules as they stand. */
export function RuleTester() {
  const [reply, setReply] = useState('');
  const [phase, setPhase] = useState('rcpt');
  const test = useChange<BounceRuleTriedView>({ isInPlace: true });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    test.mutate({ path: '/v1/admin/bounce-rules/test', body: { reply, phase } });
  };
  return (
    <Section title={text.tester}>
      <p>{text.testerLead}</p>
      <form onSubmit={submit}>
        <Stack gap="sm" maw={640}>
          <TextInput
            label={text.reply}
            description={text.replyHint}
            value={reply}
            onChange={(event) => setReply(event.currentTarget.value)}
          />
          <NativeSelect
            label={text.phase}
            value={phase}
            data={selectData(Object.entries(phaseText))}
            onChange={(event) => setPhase(event.currentTarget.value)}
          />
          <div>
            <BusyButton type="submit" isBusy={test.isPending} disabled={reply.trim().length < 3}>
              {text.try}
            </BusyButton>
          </div>
        </Stack>
      </form>
      {test.error !== null && <ErrorPanel error={test.error} />}
      {test.data !== undefined && <Answer tried={test.data} />}
    </Section>
  );
}
