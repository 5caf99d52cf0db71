/** The DKIM keys of a domain as sentences, how they rotate, and keys that the owner brings. */
import { Button, NativeSelect, Textarea, TextInput } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { useMay } from '../../api/shown-account.ts';
import { useChange } from '../../api/use-change.ts';
import type { DomainView } from '../../api/views.ts';
import { rotationText, domainsText as text } from '../../text/domains.ts';
import { FormDialog } from '../../ui/dialog.tsx';
import { Facts } from '../../ui/facts.tsx';
import { Moment } from '../../ui/moment.tsx';
import { Section } from '../../ui/page.tsx';
import { pathOf } from './domain-path.ts';

type Key = DomainView['dkim_keys'][number];
type Shown = { readonly domain: DomainView };

function retiredWords({ retired_at: at, published_until: until }: Key): ReactNode {
  return (
    <>
      {text.keyRetired}
      <Moment at={at} />.{' '}
      {until !== null && new Date(until) > new Date() ? (
        <>
          {text.keepRecord}
          <Moment at={until} />
          {text.keepReason}
        </>
      ) : (
        text.recordMayGo
      )}
    </>
  );
}

const stateWords = (key: Key): ReactNode =>
  key.state === 'retired' ? (
    retiredWords(key)
  ) : (
    <>
      {key.state === 'active' ? text.keySigns : text.keyWaits}
      <Moment at={key.created_at} />.
    </>
  );

function Rotation({ domain }: Shown) {
  const save = useChange({ done: text.rotationSaved });
  return (
    <NativeSelect
      label={text.rotation}
      maw={260}
      mt="sm"
      value={domain.dkim_rotation}
      data={Object.entries(rotationText).map(([value, label]) => ({ value, label }))}
      onChange={(event) =>
        save.mutate({
          path: pathOf(domain),
          method: 'PATCH',
          body: { dkim_rotation: event.currentTarget.value },
        })
      }
    />
  );
}

function KeyDialog({ domain, onClose }: Shown & { readonly onClose: () => void }) {
  const [selector, setSelector] = useState('');
  const [pem, setPem] = useState('');
  const [algorithm, setAlgorithm] = useState('rsa');
  const add = useChange({ done: text.keyAdded(selector), isInPlace: true });
  const body = pem.trim() === '' ? { selector, algorithm } : { selector, private_key: pem };
  return (
    <FormDialog
      title={text.ownKey}
      submit={text.addKey}
      isBusy={add.isPending}
      isReady={selector !== ''}
      error={add.error}
      onClose={onClose}
      onSubmit={() => add.mutate({ path: `${pathOf(domain)}/dkim-keys`, body }, { onSuccess: onClose })}
    >
      <div>{text.ownKeyText}</div>
      <TextInput
        data-autofocus
        label={text.selector}
        description={text.selectorHint}
        value={selector}
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => setSelector(event.currentTarget.value.trim())}
      />
      <Textarea
        label={text.privateKey}
        description={text.privateKeyHint}
        value={pem}
        rows={4}
        autoComplete="off"
        spellCheck={false}
        styles={{ input: { fontFamily: 'var(--mono)', fontSize: 12 } }}
        onChange={(event) => setPem(event.currentTarget.value)}
      />
      {pem.trim() === '' && (
        <NativeSelect
          label={text.algorithm}
          value={algorithm}
          data={['rsa', 'ed25519']}
          onChange={(event) => setAlgorithm(event.currentTarget.value)}
        />
      )}
    </FormDialog>
  );
}

export function DomainKeys({ domain }: Shown) {
  const [isAdding, setAdding] = useState(false);
  const mayChange = useMay('developer');
  const add = mayChange && (
    <Button variant="default" onClick={() => setAdding(true)}>
      {text.ownKey}
    </Button>
  );
  return (
    <Section title={text.keys} actions={add}>
      <Facts
        rows={domain.dkim_keys.map((key) => [
          <span key={key.id}>
            <code>{key.selector}</code> ({key.algorithm})
          </span>,
          stateWords(key),
        ])}
      />
      {mayChange && <Rotation domain={domain} />}
      {isAdding && <KeyDialog domain={domain} onClose={() => setAdding(false)} />}
    </Section>
  );
}
