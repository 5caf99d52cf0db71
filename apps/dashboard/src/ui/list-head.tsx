import { Group } from '@mantine/core';
import type { ReactNode } from 'react';

/** The actions above a list. */
export const ListHead = ({ children }: { readonly children: ReactNode }) => (
  <Group gap="xs" mb="sm" justify="flex-end">
    {children}
  </Group>
);
