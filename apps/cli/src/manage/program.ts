/** The commands of management. Each loads its use-cases when it runs. */
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

type Parent = {
  readonly parent: Command;
  readonly dependencies: Dependencies;
  readonly isOfAccount: boolean;
};

type Sub<Options> = {
  /** `show <domain>`. */
  readonly usage: string;
  readonly about: string;
  readonly options?: (command: Command) => Command;
  readonly run: () => Promise<Work<Options>>;
};

function add<Options extends object = object>(
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

function addAccountCommands(program: Command, dependencies: Dependencies): void {
  const parent = program.command('account').description('the accounts of this installation');
  const of = { parent, dependencies, isOfAccount: false };
  const load = () => import('./accounts.ts');
  add<{ search?: string }>(of, {
    usage: 'list',
    about: 'list the accounts, newest first',
    options: (command) => command.option('--search <text>', 'only names that hold this text'),
    run: async () => {
      const { listAccounts } = await load();
      return (session, _none, { search }) => listAccounts(session, search);
    },
  });
  add(of, {
    usage: 'show <account>',
    about: 'show one account, by id or name',
    run: async () => (await load()).showAccount,
  });
  add(of, {
    usage: 'create <name>',
    about: 'make an account with a first stream',
    run: async () => (await load()).addAccount,
  });
  add<{ reason: string }>(of, {
    usage: 'suspend <account>',
    about: 'accept nothing more from the account, and hold its waiting mail',
    options: (command) => command.requiredOption('--reason <text>', 'shown to the account'),
    run: async () => {
      const { stopAccount } = await load();
      return (session, name, { reason }) => stopAccount(session, { name, reason });
    },
  });
  add(of, {
    usage: 'resume <account>',
    about: 'let a suspended account send again',
    run: async () => (await load()).letAccountGoOn,
  });
}

function addCredentialCommands(program: Command, dependencies: Dependencies): void {
  const parent = program.command('credential').description('SMTP credentials of an account');
  const of = { parent, dependencies, isOfAccount: true };
  const load = () => import('./credentials.ts');
  add(of, {
    usage: 'list',
    about: 'list the credentials without their secrets',
    run: async () => (await load()).listCredentials,
  });
  add(of, {
    usage: 'create <name>',
    about: 'make a credential; its secret is shown once',
    run: async () => (await load()).addCredential,
  });
  add<{ graceHours: string }>(of, {
    usage: 'rotate <id>',
    about: 'make a new secret; the old one works for the grace period',
    options: (command) => command.option('--grace-hours <n>', 'how long the old secret works', '24'),
    run: async () => {
      const { renewCredential } = await load();
      return (session, text, { graceHours }) =>
        renewCredential(session, { text, graceHours: Number(graceHours) });
    },
  });
  add<{ pending: 'hold' | 'send' }>(of, {
    usage: 'revoke <id>',
    about: 'end a credential at once',
    options: (command) =>
      command.addOption(
        new Option('--pending <what>', 'what happens to mail that waits')
          .choices(['hold', 'send'])
          .default('hold'),
      ),
    run: async () => {
      const { dropCredential } = await load();
      return (session, text, { pending }) => dropCredential(session, { text, pending });
    },
  });
}

function addDomainCommands(program: Command, dependencies: Dependencies): void {
  const parent = program.command('domain').description('sender domains of an account');
  const of = { parent, dependencies, isOfAccount: true };
  const load = () => import('./domains.ts');
  const commands: readonly Sub<object>[] = [
    { usage: 'list', about: 'list the domains', run: async () => (await load()).listDomains },
    {
      usage: 'show <domain>',
      about: 'show a domain with its records and what DNS showed',
      run: async () => (await load()).showDomain,
    },
    {
      usage: 'add <domain>',
      about: 'add a domain; prints the records to publish',
      run: async () => (await load()).addDomain,
    },
    {
      usage: 'verify <domain>',
      about: 'look at DNS now',
      run: async () => (await load()).verifyOne,
    },
    {
      usage: 'rotate <domain>',
      about: 'make new DKIM keys; they sign once DNS shows them',
      run: async () => (await load()).rotateOne,
    },
    {
      usage: 'history <domain>',
      about: 'show what changed in DNS',
      run: async () => (await load()).showHistory,
    },
    {
      usage: 'zonefile <domain>',
      about: 'print the records as a zone file',
      run: async () => (await load()).printZone,
    },
    {
      usage: 'remove <domain>',
      about: 'remove a domain with its keys; its waiting mail is held',
      run: async () => (await load()).removeOne,
    },
  ];
  for (const command of commands) add(of, command);
  add(
    { parent, dependencies, isOfAccount: false },
    {
      usage: 'operator-zone',
      about: 'print the DKIM keys that the operator publishes for CNAME records',
      run: async () => (await load()).printOperatorZone,
    },
  );
}

function addSuppressionCommands(program: Command, dependencies: Dependencies): void {
  const parent = program.command('suppression').description('addresses that an account does not write to');
  const of = { parent, dependencies, isOfAccount: true };
  const load = () => import('./suppressions.ts');
  add<{ address?: string }>(of, {
    usage: 'list',
    about: 'list the newest suppressions',
    options: (command) => command.option('--address <address>', 'only this address'),
    run: async () => {
      const { listSuppressions } = await load();
      return (session, _none, { address }) => listSuppressions(session, address);
    },
  });
  add<{ note?: string }>(of, {
    usage: 'add <address>',
    about: 'suppress an address',
    options: (command) => command.option('--note <text>', 'why, for the evidence'),
    run: async () => {
      const { addSuppression } = await load();
      return (session, address, { note }) => addSuppression(session, { address, note });
    },
  });
  add(of, {
    usage: 'remove <address>',
    about: 'write to an address again',
    run: async () => (await load()).dropSuppression,
  });
}

export function addManagement(program: Command, dependencies: Dependencies): void {
  addAccountCommands(program, dependencies);
  addCredentialCommands(program, dependencies);
  addDomainCommands(program, dependencies);
  addSuppressionCommands(program, dependencies);
}
