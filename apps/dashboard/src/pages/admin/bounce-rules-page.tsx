import { Button } from '@mantine/core';
import { useState } from 'react';
import { AccountId } from '../../api/account-id.ts';
import { useRecords } from '../../api/use-records.ts';
import type { BounceRuleView } from '../../api/views.ts';
import {
  categoryText,
  partyText,
  ruleOutcomeText,
  bounceRulesText as text,
} from '../../text/bounce-rules.ts';
import { uiText } from '../../text/ui.ts';
import { visible } from '../../text/visible.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ExportMenu } from '../../ui/export-menu.tsx';
import { Page, Section } from '../../ui/page.tsx';
import { RecordList } from '../../ui/record-list.tsx';
import type { Column } from '../../ui/record-table.tsx';
import { RowButton } from '../../ui/row-button.tsx';
import { TwoLines } from '../../ui/row-link.tsx';
import { RemoveRule, RuleDialog, rulesPath } from './rule-dialogs.tsx';
import { RuleTester } from './rule-tester.tsx';

type Row = BounceRuleView;
type Opened = { readonly what: 'add' } | { readonly what: 'edit' | 'remove'; readonly rule: Row };

const columnsFor = (open: (opened: Opened) => void): readonly Column<Row>[] => [
  {
    id: 'pattern',
    title: text.pattern,
    cell: ({ pattern, note }) => (
      <TwoLines under={visible(note)}>
        <code title={visible(pattern)}>{visible(pattern)}</code>
      </TwoLines>
    ),
  },
  { id: 'category', title: text.category, width: '150px', cell: ({ category }) => categoryText[category] },
  {
    id: 'party',
    title: text.party,
    width: '140px',
    isWide: true,
    cell: ({ party }) => partyText[party],
  },
  {
    id: 'outcome',
    title: text.outcome,
    width: '150px',
    isWide: true,
    cell: ({ outcome }) => (outcome === null ? text.byCode : ruleOutcomeText[outcome]),
  },
  {
    id: 'kind',
    title: text.kind,
    width: '80px',
    isWide: true,
    cell: ({ kind }) => (kind === 'own' ? text.own : text.builtIn),
  },
  {
    id: 'actions',
    title: uiText.actions,
    isTitleHidden: true,
    width: '148px',
    isRight: true,
    cell: (rule) =>
      rule.kind === 'own' && (
        <>
          <RowButton about={rule.pattern} onClick={() => open({ what: 'edit', rule })}>
            {text.edit}
          </RowButton>
          <RowButton about={rule.pattern} onClick={() => open({ what: 'remove', rule })}>
            {text.remove}
          </RowButton>
        </>
      ),
  },
];

function Rules() {
  const records = useRecords<Row>(rulesPath, { limit: undefined });
  const [opened, setOpened] = useState<Opened>();
  const close = (): void => setOpened(undefined);
  return (
    <Page
      title={text.title}
      lead={text.lead}
      actions={
        <>
          <Button onClick={() => setOpened({ what: 'add' })}>{text.add}</Button>
          <ExportMenu path={rulesPath} />
        </>
      }
    >
      <RuleTester />
      <Section title={text.title}>
        <RecordList
          records={records}
          label={text.label}
          one={text.one}
          columns={columnsFor(setOpened)}
          rowKey={({ kind, position }) => `${kind}${position}`}
          empty={<EmptyState title={text.emptyTitle} text={text.emptyText} />}
        />
      </Section>
      {opened !== undefined && opened.what !== 'remove' && (
        <RuleDialog rule={opened.what === 'add' ? undefined : opened.rule} onClose={close} />
      )}
      {opened?.what === 'remove' && <RemoveRule rule={opened.rule} onClose={close} />}
    </Page>
  );
}

/** How replies are understood, with a tester. */
export const BounceRulesPage = () => (
  <AccountId value={undefined}>
    <Rules />
  </AccountId>
);
