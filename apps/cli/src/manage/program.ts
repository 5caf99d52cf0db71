/** The commands of management: `waybill account`, `credential`, `domain`, `message`, `suppression`, `webhook`, `user`. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Dependencies } from '../commands/dependencies.ts';
import { addCommand, type Parent, type Sub } from './add-command.ts';
import type { ExplainOptions } from './explain.ts';
import type { ReplayOptions } from './webhooks.ts';

function addAccountCommands(program: Command, dependencies: Dependencies): void {
  const parent = program.command('account').description('the accounts of this installation');
  const of = { parent, dependencies, isOfAccount: false };
  const load = () => import('./accounts.ts');
  addCommand<{ search?: string }>(of, {
    usage: 'list',
    about: 'list the accounts, newest first',
    options: (command) => command.option('--search <text>', 'only names that hold this text'),
    run: async () => {
      const { listAccounts } = await load();
      return (session, _none, { search }) => listAccounts(session, search);
    },
  });
  addCommand(of, {
    usage: 'show <account>',
    about: 'show one account, by id or name',
    run: async () => (await load()).showAccount,
  });
  addCommand(of, {
    usage: 'create <name>',
    about: 'make an account with a first stream',
    run: async () => (await load()).addAccount,
  });
  addCommand<{ reason: string }>(of, {
    usage: 'suspend <account>',
    about: 'accept nothing more from the account, and hold its waiting mail',
    options: (command) => command.requiredOption('--reason <text>', 'shown to the account'),
    run: async () => {
      const { stopAccount } = await load();
      return (session, name, { reason }) => stopAccount(session, { name, reason });
    },
  });
  addCommand(of, {
    usage: 'resume <account>',
    about: 'let a suspended account send again',
    run: async () => (await load()).letAccountGoOn,
  });
  addDeletionCommands(of);
}

function addDeletionCommands(of: Parent): void {
  const load = () => import('./accounts.ts');
  addCommand<{ graceDays?: number }>(of, {
    usage: 'delete <account>',
    about: 'refuse its keys, cancel its waiting mail, and erase it after the days of grace',
    options: (command) =>
      command.addOption(
        new Option('--grace-days <days>', 'days in which it can be undone, from 0 to 365').argParser(
          readDays,
        ),
      ),
    run: async () => {
      const { dropAccount } = await load();
      return (session, name, { graceDays }) => dropAccount(session, { name, graceDays });
    },
  });
  addCommand(of, {
    usage: 'undelete <account>',
    about: 'undo the deletion of an account; cancelled mail stays cancelled',
    run: async () => (await load()).keepAccount,
  });
}

/** The whole number of days. */
function readDays(text: string): number {
  const days = Number(text);
  if (!/^\d{1,3}$/.test(text) || days > 365) throw new InvalidArgumentError('A number from 0 to 365.');
  return days;
}

function addCredentialCommands(program: Command, dependencies: Dependencies): void {
  const parent = program.command('credential').description('SMTP credentials of an account');
  const of = { parent, dependencies, isOfAccount: true };
  const load = () => import('./credentials.ts');
  addCommand(of, {
    usage: 'list',
    about: 'list the credentials without their secrets',
    run: async () => (await load()).listCredentials,
  });
  addCommand(of, {
    usage: 'create <name>',
    about: 'make a credential; its secret is shown once',
    run: async () => (await load()).addCredential,
  });
  addCommand<{ graceHours: string }>(of, {
    usage: 'rotate <id>',
    about: 'make a new secret; the old one works for the grace period',
    options: (command) => command.option('--grace-hours <n>', 'how long the old secret works', '24'),
    run: async () => {
      const { renewCredential } = await load();
      return (session, text, { graceHours }) =>
        renewCredential(session, { text, graceHours: Number(graceHours) });
    },
  });
  addCommand<{ pending: 'hold' | 'send' }>(of, {
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
  for (const command of commands) addCommand(of, command);
  addCommand(
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
  addCommand<{ address?: string }>(of, {
    usage: 'list',
    about: 'list the newest suppressions',
    options: (command) => command.option('--address <address>', 'only this address'),
    run: async () => {
      const { listSuppressions } = await load();
      return (session, _none, { address }) => listSuppressions(session, address);
    },
  });
  addCommand<{ note?: string }>(of, {
    usage: 'add <address>',
    about: 'suppress an address',
    options: (command) => command.option('--note <text>', 'why, for the evidence'),
    run: async () => {
      const { addSuppression } = await load();
      return (session, address, { note }) => addSuppression(session, { address, note });
    },
  });
  addCommand(of, {
    usage: 'remove <address>',
    about: 'write to an address again',
    run: async () => (await load()).dropSuppression,
  });
}

function addMessageCommands(program: Command, dependencies: Dependencies): void {
  const parent = program.command('message').description('messages of an account');
  const of = { parent, dependencies, isOfAccount: true };
  const load = () => import('./messages.ts');
  addCommand<{ search?: string }>(of, {
    usage: 'list',
    about: 'list the newest messages',
    options: (command) =>
      command.option('--search <text>', 'only messages that hold this text in subject or addresses'),
    run: async () => {
      const { listMessages } = await load();
      return (session, _none, { search }) => listMessages(session, search);
    },
  });
  addCommand(of, {
    usage: 'show <id>',
    about: 'show a message with its deliveries',
    run: async () => (await load()).showMessage,
  });
  addCommand(of, {
    usage: 'trace <id>',
    about: 'show every step of a message in order, with its reason',
    run: async () => (await load()).traceMessage,
  });
  addExplainCommand(of);
  const actions = {
    cancel: 'stop what has not been delivered yet',
    retry: 'try undelivered recipients again now',
    release: 'let a held message go on',
  } as const;
  for (const action of ['cancel', 'retry', 'release'] as const)
    addCommand(of, {
      usage: `${action} <id>`,
      about: actions[action],
      run: async () => {
        const { actOn } = await load();
        return (session, text) => actOn(session, action, text);
      },
    });
}

function addExplainCommand(of: Parent): void {
  addCommand<ExplainOptions>(of, {
    usage: 'explain',
    about: 'say what would become of a message: whose it is, each gate, the hosts; sends and stores nothing',
    options: (command) =>
      command
        .requiredOption('--to <address...>', 'the recipients')
        .option(
          '--from <address>',
          'the sender; without it the one of the file, or one that the account may use',
        )
        .option(
          '--file <file>',
          'a message (RFC 5322), - for standard input; without it only the gates answer',
        )
        .option('--stream <name>', 'the stream to send by'),
    run: async () => {
      const { explainMessage } = await import('./explain.ts');
      return (session, _none, options) => explainMessage(session, options);
    },
  });
}

function addWebhookCommands(program: Command, dependencies: Dependencies): void {
  const parent = program.command('webhook').description('webhooks of an account');
  const of = { parent, dependencies, isOfAccount: true };
  const load = () => import('./webhooks.ts');
  const commands: readonly Sub<object>[] = [
    { usage: 'list', about: 'list the webhooks', run: async () => (await load()).listWebhooks },
    {
      usage: 'show <id>',
      about: 'show a webhook with its newest deliveries',
      run: async () => (await load()).showWebhook,
    },
    {
      usage: 'pause <id>',
      about: 'send nothing to the webhook; its events wait',
      run: async () => (await load()).stopWebhook,
    },
    {
      usage: 'resume <id>',
      about: 'send again, also to a disabled webhook',
      run: async () => (await load()).letWebhookGoOn,
    },
    {
      usage: 'remove <id>',
      about: 'remove a webhook with what waits for it',
      run: async () => (await load()).dropWebhook,
    },
  ];
  for (const command of commands) addCommand(of, command);
  addReplayCommand(of);
}

function readTime(text: string): Date {
  const time = new Date(text);
  if (!/^\d{4}-\d{2}-\d{2}T[\d:.]+(?:Z|[+-]\d{2}:\d{2})$/.test(text) || Number.isNaN(time.getTime()))
    throw new InvalidArgumentError('A time like 2026-01-31T00:00:00Z.');
  return time;
}

function addReplayCommand(of: Parent): void {
  addCommand<ReplayOptions>(of, {
    usage: 'replay <id>',
    about: 'send one delivery again, or what failed and never came in a range of time to a webhook',
    options: (command) =>
      command
        .addOption(
          new Option('--since <time>', 'for a webhook: from when, at most 7 days ago').argParser(readTime),
        )
        .addOption(new Option('--until <time>', 'for a webhook: to when; now without it').argParser(readTime))
        .option('--all', 'for a webhook: also what succeeded', false),
    run: async () => (await import('./webhooks.ts')).replayWebhook,
  });
}

function addUserCommands(program: Command, dependencies: Dependencies): void {
  const parent = program.command('user').description('users of this installation');
  const of = { parent, dependencies, isOfAccount: false };
  const load = () => import('./users.ts');
  addCommand<{ search?: string }>(of, {
    usage: 'list',
    about: 'list the users, newest first',
    options: (command) => command.option('--search <text>', 'only addresses and names that hold this text'),
    run: async () => {
      const { listUsers } = await load();
      return (session, _none, { search }) => listUsers(session, search);
    },
  });
  addCommand(of, {
    usage: 'show <user>',
    about: 'show one user, by id or address',
    run: async () => (await load()).showUser,
  });
  addCommand(of, {
    usage: 'disable <user>',
    about: 'end every login session of the user, and let no new one begin',
    run: async () => (await load()).disableUser,
  });
  addCommand(of, {
    usage: 'enable <user>',
    about: 'let a disabled user log in again',
    run: async () => (await load()).enableUser,
  });
}

export function addManagement(program: Command, dependencies: Dependencies): void {
  addAccountCommands(program, dependencies);
  addCredentialCommands(program, dependencies);
  addDomainCommands(program, dependencies);
  addSuppressionCommands(program, dependencies);
  addMessageCommands(program, dependencies);
  addWebhookCommands(program, dependencies);
  addUserCommands(program, dependencies);
}
