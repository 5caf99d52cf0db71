import { settings } from '../../packages/io/src/config/settings.ts';

type Setting = {
  readonly about: string;
  readonly example: string;
  readonly secret?: true;
  readonly inProduction?: string;
  readonly mustBeSet?: unknown;
  readonly schema: { safeParse(value: unknown): { success: boolean; data?: unknown } };
};
const entries = Object.entries(settings) as unknown as readonly (readonly [string, Setting])[];

const defaultOf = ({ schema }: Setting): string => {
  const absent = schema.safeParse(undefined);
  if (!absent.success) return 'required';
  return absent.data === undefined ? '' : String(absent.data);
};

/** What `waybill start` does when the setting is absent. */
const productionOf = (setting: Setting): string => {
  if (setting.mustBeSet !== undefined || defaultOf(setting) === 'required') return '**must be set**';
  return setting.inProduction ?? (defaultOf(setting) || '–');
};

/** `.env.example`: every setting, commented out, with what it is for. No value in it is fit for production. */
export function envExample(): string {
  const blocks = entries.map(
    ([name, setting]) => `# ${setting.about}\n# ${name}=${setting.secret ? '' : setting.example}\n`,
  );
  return `# Made from packages/io/src/config/settings.ts by "npm run docs".\n\n${blocks.join('\n')}`;
}

export function configPage(): string {
  const rows = entries.map(
    ([name, setting]) =>
      `| \`${name}\` | ${setting.about} | ${productionOf(setting)} | \`${setting.example}\` |`,
  );
  return [
    '# Configuration',
    '',
    'Settings are environment variables, read once at start; an empty one counts as absent. `waybill start` says everything that is wrong at',
    'once, each with an example. A port may be `off`: then it is not opened. A master key must be set, in one of its two settings; TLS files',
    'must be set where a submission port opens.',
    'Made from `packages/io/src/config/settings.ts` by `npm run docs`.',
    '',
    '| Setting | What it is for | Default of `waybill start` | Example |',
    '|---|---|---|---|',
    ...rows,
    '',
  ].join('\n');
}
