import { magicRecipients } from '../../text/sandbox.ts';
import { CopyableId } from '../../ui/copy-button.tsx';
import { Facts } from '../../ui/facts.tsx';

/** Addresses of the sandbox and how their servers answer. */
export const MagicRecipients = () => (
  <Facts
    rows={magicRecipients.map(([address, text]) => [
      <CopyableId key={address} id={address} label={address} />,
      text,
    ])}
  />
);
