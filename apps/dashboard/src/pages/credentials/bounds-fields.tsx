import { TextInput } from '@mantine/core';
import { credentialsText as text } from '../../text/credentials.ts';
import type { Bounds } from './credential-bounds.ts';

type FieldsProps = { readonly bounds: Bounds; readonly onChange: (bounds: Bounds) => void };

export const BoundsFields = ({ bounds, onChange }: FieldsProps) => (
  <>
    <TextInput
      label={text.onlyNetworks}
      description={text.onlyNetworksHint}
      value={bounds.networks}
      onChange={(event) => onChange({ ...bounds, networks: event.currentTarget.value })}
    />
    <TextInput
      label={text.onlyDomains}
      description={text.onlyDomainsHint}
      value={bounds.domains}
      onChange={(event) => onChange({ ...bounds, domains: event.currentTarget.value })}
    />
  </>
);
