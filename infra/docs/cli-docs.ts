import { makeProgram } from '../../apps/cli/src/program.ts';

type Command = ReturnType<typeof makeProgram>;

/** Only to be described: no command of it runs. */
const described = makeProgram({ env: {}, say: () => undefined, stopAsked: async () => undefined });

/** Of every command of an account, and described once at the top of the page. */
const shared: ReadonlySet<string> = new Set(['--json', '--account', '--data']);

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;

function defaultOf(value: unknown): string {
  if (value === undefined || value === false || value === '') return '';
  return ` Default: \`${String(value)}\`.`;
}

function optionLines(command: Command): readonly string[] {
  return command.options
    .filter((option) => !(option.long !== undefined && shared.has(option.long)))
    .map((option) => {
      const needed = option.mandatory ? ' Must be given.' : '';
      return `- \`${option.flags}\`: ${option.description}.${needed}${defaultOf(option.defaultValue)}`;
    });
}

/** The command as it is typed: `waybill account show <account>`. */
function usageOf(names: readonly string[], command: Command): string {
  const given = command.registeredArguments.map((one) =>
    one.variadic ? `<${one.name()}...>` : `<${one.name()}>`,
  );
  const account = command.options.some(({ long }) => long === '--account') ? ['--account <account>'] : [];
  return [...names, ...given, ...account].join(' ');
}

/** A command that only groups others has no section of its own. */
const isGroup = (command: Command): boolean =>
  command.commands.length > 0 && command.options.length === 0 && command.registeredArguments.length === 0;

function sectionsOf(command: Command, parents: readonly string[]): readonly string[] {
  const names = [...parents, command.name()];
  const level = parents.length > 1 ? '###' : '##';
  const own = [`${level} \`${usageOf(names, command)}\``, '', sentence(command.description()), ''];
  const options = optionLines(command);
  const section = [...own, ...options, ...(options.length === 0 ? [] : [''])];
  const inner = command.commands.flatMap((one) => sectionsOf(one, names));
  return isGroup(command)
    ? [`## \`${names.join(' ')}\``, '', sentence(command.description()), '', ...inner]
    : [...section, ...inner];
}

/** Every command of `waybill` with its arguments and options. */
export const cliPage = (): string =>
  [
    '# Commands',
    '',
    'The commands run on a host of the installation, with its settings in the environment or in a file `.env`; they need no key. A command that',
    'fails says why and how to mend it, and ends with 1. `--account` takes an id or a name. `--json` prints JSON as the API answers it. `--data` names the',
    'folder of a `waybill dev` installation (`.waybill`), which is used when `DATABASE_URL` is not set. Changes are in the audit log under the name of the command.',
    'Made from `apps/cli/src/program.ts` by `npm run docs`.',
    '',
    ...described.commands.flatMap((one) => sectionsOf(one, ['waybill'])),
  ]
    .join('\n')
    .replace(/\n+$/, '\n');
