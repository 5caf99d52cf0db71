/** Declares one command of management: its options, and the work that is loaded when it runs. */
import { resolve } from 'node:path';
import { type Command, Option } from 'commander';
import type { Dependencies } from '../commands/dependencies.ts';
import type { Given, Session } from './session.ts';

type Work<Options> = (session: Session, argument: string, given: Given & Options) => Promise<void>;

const accountOption = new Option('--account <account>', 'id or name of the account').makeOptionMandatory();

const shared = (command: Command): Command =>
  command
    .option('--json', 'print JSON as the API answers it', false)
    .option('--data <dir>', 'folder of the waybill dev installation, used without DATABASE_URL', '.waybill');

export type Parent = {
  readonly parent: Command;
  readonly dependencies: Dependencies;
  readonly isOfAccount: boolean;
};

export type Sub<Options> = {
  /** `show <domain>`. */
  readonly usage: string;
  readonly about: string;
  readonly options?: (command: Command) => Command;
  readonly run: () => Promise<Work<Options>>;
};

export function addCommand<Options extends object = object>(
  { parent, dependencies, isOfAccount }: Parent,
  { usage, about, options, run }: Sub<Options>,
): void {
  const command = shared(parent.command(usage).description(about));
  if (isOfAccount) command.addOption(accountOption);
  options?.(command);
  command.action(async (...called: readonly unknown[]) => {
    const argument = typeof called[0] === 'string' ? called[0] : '';
    const given = command.opts<Given & Options>();
    const { inSession } = await import('./session.ts');
    const work = await run();
    const name = `${parent.name()} ${command.name()}`;
    await inSession(
      dependencies,
      { command: name, given: { ...given, data: resolve(given.data) } },
      (session) => work(session, argument, given),
    );
  });
}
