import { createRequire } from 'node:module';

/** The version of the product, as its package says. */
export const { version } = createRequire(import.meta.url)('../../../../package.json') as {
  readonly version: string;
};
