/** Every command of `waybill`. Each loads what it needs when it runs: `start` and `dev` live as long as the product. */
import { resolve } from 'node:path';
import { version } from '@waybill/io/process/version';
import { Command, InvalidArgumentError } from 'commander';
import type { Dependencies } from './commands/dependencies.ts';
import { addManagement } from './manage/program.ts';
import { appNames } from './processes.ts';

const wholeNumber = (text: string): number => {
  if (!/^\d{1,5}$/.test(text)) throw new InvalidArgumentError('It must be an integer.');
  return Number(text);
};

const hostPort = (text: string): string => {
  if (!/^(\[[0-9a-fA-F:.]+\]|[^:\s]+):\d{1,5}$/.test(text))
    throw new InvalidArgumentError('It must have the form HOST:PORT.');
  return text;
};

const sha256 = (text: string): string => {
  if (!/^[0-9a-f]{64}$/.test(text)) throw new InvalidArgumentError('It must be 64 hexadecimal digits.');
  return text;
};

const smtpUrl = (text: string): string => {
  if (!/^smtps?:\/\/\S+$/.test(text) || !URL.canParse(text))
    throw new InvalidArgumentError('It must have the form smtp://HOST:PORT.');
  return text;
};

function addDevCommand(program: Command, dependencies: Dependencies): void {
  program
    .command('dev')
    .description('run all apps on this machine with an embedded PostgreSQL; the sandbox receives all mail')
    .option('--port-offset <n>', 'shift every port by this number', wholeNumber, 0)
    .option('--data <dir>', 'folder for data, keys and dev.json', '.waybill')
    .option('--json', 'print only the content of dev.json when ready', false)
    .option('--smarthost <url>', 'deliver to smtp://HOST:PORT instead of the sandbox', smtpUrl)
    .option('--resolver <host:port>', 'use this DNS server', hostPort)
    .option('--apart', 'run each app in a process of its own, as several machines would', false)
    .action(
      async (given: {
        portOffset: number;
        data: string;
        json: boolean;
        smarthost?: string;
        resolver?: string;
        apart: boolean;
      }) => {
        const { runDev } = await import('./commands/run-dev.ts');
        await runDev(dependencies, {
          portOffset: given.portOffset,
          folder: resolve(given.data),
          shownFolder: given.data,
          isJson: given.json,
          smarthost: given.smarthost,
          resolver: given.resolver,
          databaseUrl: dependencies.env.DATABASE_URL || undefined,
          redisUrl: dependencies.env.REDIS_URL || undefined,
          isApart: given.apart,
        });
      },
    );
}

function addHostCommands(program: Command, dependencies: Dependencies): void {
  program
    .command('start')
    .description(`run apps in production: all, or some of ${appNames.join(', ')}`)
    .argument(
      '<apps...>',
      'all: the apps of one machine in few processes; otherwise a process for each name, two for a name given twice',
    )
    .action(async (apps: readonly string[]) =>
      (await import('./commands/run-start.ts')).runStart(dependencies, apps),
    );

  program
    .command('migrate')
    .description('update the schema of the database; several hosts may run it concurrently')
    .action(async () => (await import('./commands/run-migrate.ts')).runMigrate(dependencies));
}

function addDoctorCommands(program: Command, dependencies: Dependencies): void {
  const doctorCommand = program
    .command('doctor')
    .description('check settings, database, queue and DNS; print a fix for each problem')
    .option(
      '--data <dir>',
      'folder of the waybill dev installation to check, used without DATABASE_URL',
      '.waybill',
    )
    .action(async (given: { data: string }) => {
      const { doctor } = await import('./commands/doctor.ts');
      process.exitCode = (await doctor(dependencies, resolve(given.data))) ? 0 : 1;
    });

  doctorCommand
    .command('ledger')
    .description('count accepted mail by status, and list mail without a final status or next action')
    .option('--days <n>', 'count mail accepted in this number of days', wholeNumber, 7)
    .action(async (given: { days: number }) => {
      const { doctorLedger } = await import('./commands/doctor-ledger.ts');
      process.exitCode = (await doctorLedger(dependencies, given.days)) ? 0 : 1;
    });
}

function addAuditCommands(program: Command, dependencies: Dependencies): void {
  program
    .command('audit')
    .description('the audit log of the installation')
    .command('verify')
    .description('check the hash chain: a changed or removed entry is found')
    .option('--head <hash>', 'a hash that an earlier run printed; it must still be in the chain', sha256)
    .option('--json', 'print the result as JSON', false)
    .action(async (given: { head?: string; json: boolean }) => {
      const { verifyAuditLog } = await import('./commands/audit-verify.ts');
      const isWhole = await verifyAuditLog(dependencies, { head: given.head, isJson: given.json });
      process.exitCode = isWhole ? 0 : 1;
    });
}

function addOperatorKeyCommands(program: Command, dependencies: Dependencies): void {
  const operatorKeys = () => import('./commands/operator-key.ts');
  const operatorKeyCommand = program
    .command('operator-key')
    .description('make an API key for the operator; the key is shown once')
    .option('--name <name>', 'name of the key', 'operator')
    .action(async (given: { name: string }) =>
      (await operatorKeys()).makeOperatorKey(dependencies, given.name),
    );

  operatorKeyCommand
    .command('list')
    .description('list the operator keys that are not revoked, newest first, without their secrets')
    .action(async () => (await operatorKeys()).listOperatorKeys(dependencies));

  operatorKeyCommand
    .command('revoke <id>')
    .description('revoke a key (key_…); the last valid key cannot be revoked')
    .action(async (id: string) => (await operatorKeys()).revokeKey(dependencies, id));
}

function addOperatorCommands(program: Command, dependencies: Dependencies): void {
  program
    .command('operator')
    .description('people who operate the platform')
    .command('create <email>')
    .description('make an operator, or make a user one; prints a link that sets the password')
    .action(async (email: string) =>
      (await import('./commands/operator.ts')).makeOperator(dependencies, email),
    );
}

export function makeProgram(dependencies: Dependencies): Command {
  const program = new Command('waybill')
    .version(version)
    .description('Self-hosted, multi-tenant, transactional email relay')
    .showHelpAfterError();
  for (const add of [
    addDevCommand,
    addHostCommands,
    addDoctorCommands,
    addAuditCommands,
    addOperatorKeyCommands,
    addManagement,
    addOperatorCommands,
  ])
    add(program, dependencies);
  return program;
}
