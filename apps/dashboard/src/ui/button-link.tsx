/** A link that looks like a button. */
import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';

type ButtonLinkProps = {
  readonly to: string;
  readonly search?: Readonly<Record<string, string>>;
  readonly isMain?: boolean;
  readonly children: ReactNode;
};

export const ButtonLink = ({ to, search = {}, isMain = false, children }: ButtonLinkProps) => (
  <Button component={Link} to={to} search={search as never} variant={isMain ? 'filled' : 'default'}>
    {children}
  </Button>
);
