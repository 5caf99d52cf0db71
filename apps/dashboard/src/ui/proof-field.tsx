/** What a user proves itself with before a change that a stolen login session must not make: the password, or a code. */
import { Button, PasswordInput, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { UserView } from '../api/views.ts';
import { proofText as text } from '../text/proof.ts';

type Kind = 'current_password' | 'code';

/** Every way that the API takes from this user. A user with neither has only the login session. */
const kindsOf = ({ has_password: hasPassword, totp_enabled_at: totpAt }: UserView): readonly Kind[] => [
  ...(hasPassword ? (['current_password'] as const) : []),
  ...(totpAt === null ? [] : (['code'] as const)),
];

export type Proof = {
  readonly kind: Kind | undefined;
  readonly other: Kind | undefined;
  readonly typed: string;
  /** For the body of the request. */
  readonly body: Readonly<Partial<Record<Kind, string>>>;
  readonly isReady: boolean;
  readonly type: (typed: string) => void;
  readonly use: (kind: Kind) => void;
};

export function useProof(user: UserView): Proof {
  const kinds = kindsOf(user);
  const [chosen, use] = useState<Kind>();
  const [typed, type] = useState('');
  const kind = chosen ?? kinds[0];
  const change = (to: Kind): void => {
    type('');
    use(to);
  };
  return {
    kind,
    other: kinds.find((one) => one !== kind),
    typed,
    body: kind === undefined ? {} : { [kind]: typed },
    isReady: kind === undefined || typed.trim() !== '',
    type,
    use: change,
  };
}

const Field = ({ kind, typed, type }: Pick<Proof, 'typed' | 'type'> & { readonly kind: Kind }) =>
  kind === 'code' ? (
    <TextInput
      label={text.code}
      description={text.codeHint}
      autoComplete="one-time-code"
      inputMode="numeric"
      required
      value={typed}
      onChange={(event) => type(event.currentTarget.value)}
    />
  ) : (
    <PasswordInput
      label={text.password}
      autoComplete="current-password"
      required
      value={typed}
      onChange={(event) => type(event.currentTarget.value)}
    />
  );

export const ProofField = ({ proof: { kind, other, typed, type, use } }: { readonly proof: Proof }) =>
  kind !== undefined && (
    <div>
      <Field {...{ kind, typed, type }} />
      {other !== undefined && (
        <Button variant="subtle" size="compact-xs" mt={6} onClick={() => use(other)}>
          {text.instead[other]}
        </Button>
      )}
    </div>
  );
