import { settings } from '../../packages/io/src/config/config.ts';

type Setting = {
  readonly about: string;
  readonly example: string;
  readonly secret?: true;
  readonly schema: { safeParse(value: unknown): { success: boolean; data?: unknown } };
};
const entries = Object.entries(settings) as unknown as readonly (readonly [string, Setting])[];

const defaultOf = ({ schema }: Setting): string => {
  const absent = schema.safeParse(undefined);
  if (!absent.success) return 'required';
  return absent.data === undefined ? '' : String(absent.data);
};

/** `.env.example`: every setting, commented out, with what it is for. No value in it is fit for production. */
export function envExample(): string {
  const blocks = entries.map(
    ([name, setting]) => `# ${setting.about}\n# ${name}=${setting.secret ? '' : setting.example}\n`,
  );
  return `# Made from packages/io/src/config/config.ts by "npm run docs".\n\n${blocks.join('\n')}`;
}

export function configPage(): string {
  const rows = entries.map(
    ([name, setting]) =>
      `| \`${name}\` | ${setting.about} | ${defaultOf(setting) || '–'} | \`${setting.example}\` |`,
  );
  return [
    '# Configuration',
    '',
    'Settings are environment variables, read once at start. Everything wrong is told at once, each with an example.',
    'Made from `packages/io/src/config/config.ts` by `npm run docs`.',
    '',
    '| Setting | What it is for | Default | Example |',
    '|---|---|---|---|',
    ...rows,
    '',
  ].join('\n');
}
