import { Button } from '@mantine/core';
import type { ReactNode } from 'react';

type RowButtonProps = {
  /** What the button is about, for readers who hear the row and not see it. */
  readonly about: string;
  readonly onClick: () => void;
  readonly children: ReactNode;
};

/** A small button in a row of a table. */
export const RowButton = ({ about, onClick, children }: RowButtonProps) => (
  <Button variant="subtle" size="compact-xs" aria-label={`${String(children)}: ${about}`} onClick={onClick}>
    {children}
  </Button>
);
