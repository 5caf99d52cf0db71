import { NativeSelect } from '@mantine/core';
import { useState } from 'react';
import { credentialsText as text } from '../../text/credentials.ts';
import { Verbatim } from '../../ui/verbatim.tsx';
import type { Snippet } from './smtp-snippets.ts';

/** One snippet at a time, chosen by the client. */
export function SnippetPicker({ snippets }: { readonly snippets: readonly Snippet[] }) {
  const [chosen, setChosen] = useState(0);
  const [name, body] = snippets[chosen] ?? ['', ''];
  return (
    <>
      <NativeSelect
        label={text.snippet}
        value={String(chosen)}
        data={snippets.map(([label], index) => ({ value: String(index), label }))}
        onChange={(event) => setChosen(Number(event.currentTarget.value))}
      />
      <Verbatim text={body} label={name} />
    </>
  );
}
