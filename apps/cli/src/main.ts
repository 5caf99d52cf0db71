import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { doctor } from './commands/doctor.ts';
import { doctorLedger } from './commands/doctor-ledger.ts';
import { listOperatorKeys, makeOperatorKey, revokeOperatorKey } from './commands/operator-key.ts';
import { runDev } from './commands/run-dev.ts';
import { runMigrate } from './commands/run-migrate.ts';
import { runStart } from './commands/run-start.ts';
import { appNames } from './processes.ts';

const say = (line: string): void => void process.stdout.write(`${line}\n`);

const wholeNumber = (text: string): number => {
  if (!/^\d{1,5}$/.test(text)) throw new InvalidArgumentError('It must be a whole number.');
  return Number(text);
};

const hostPort = (text: string): string => {
  if (!/^(\[[0-9a-fA-F:.]+\]|[^:\s]+):\d{1,5}$/.test(text))
    throw new InvalidArgumentError('It must read HOST:PORT.');
  return text;
};

const smtpUrl = (text: string): string => {
  if (!/^smtps?:\/\/\S+$/.test(text) || !URL.canParse(text))
    throw new InvalidArgumentError('It must read smtp://HOST:PORT.');
  return text;
};

/** Resolves at the first SIGINT or SIGTERM. A second one ends the process at once. */
const stopAsked = (): Promise<void> =>
  new Promise((resolve_) => {
    const onSignal = (): void => {
      process.once('SIGINT', () => process.exit(130));
      resolve_();
    };
    process.once('SIGINT', onSignal);
    process.once('SIGTERM', onSignal);
  });

// A .env file beside package.json serves every command; what the environment says wins.
if (existsSync('.env')) process.loadEnvFile('.env');
const dependencies = { env: process.env, say, stopAsked };

const { version } = createRequire(import.meta.url)('../../../package.json') as { version: string };

const program = new Command('waybill')
  .version(version)
  .description('Self-hosted, multi-tenant, transactional email relay')
  .showHelpAfterError();

program
  .command('dev')
  .description(
    'run everything on this machine, on an embedded PostgreSQL, with a sandbox for every recipient',
  )
  .option('--port-offset <n>', 'shift every port by this number', wholeNumber, 0)
  .option('--data <dir>', 'folder for data, keys and dev.json', '.waybill')
  .option('--json', 'print the content of dev.json once ready, and nothing else', false)
  .option('--smarthost <url>', 'send the last hop to smtp://HOST:PORT instead of the sandbox', smtpUrl)
  .option('--resolver <host:port>', 'ask this DNS server', hostPort)
  .option('--apart', 'run each app in a process of its own, as several machines would', false)
  .action(
    (given: {
      portOffset: number;
      data: string;
      json: boolean;
      smarthost?: string;
      resolver?: string;
      apart: boolean;
    }) =>
      runDev(dependencies, {
        portOffset: given.portOffset,
        folder: resolve(given.data),
        shownFolder: given.data,
        isJson: given.json,
        smarthost: given.smarthost,
        resolver: given.resolver,
        databaseUrl: process.env.DATABASE_URL || undefined,
        redisUrl: process.env.REDIS_URL || undefined,
        isApart: given.apart,
      }),
  );

program
  .command('start')
  .description(`run apps in production: all, or some of ${appNames.join(', ')}`)
  .argument(
    '<apps...>',
    'all: the apps of one machine in few processes; otherwise a process for each name, two for a name given twice',
  )
  .action((apps: readonly string[]) => runStart(dependencies, apps));

program
  .command('migrate')
  .description('bring the database to the present schema; safe to run from many hosts at once')
  .action(() => runMigrate(dependencies));

const doctorCommand = program
  .command('doctor')
  .description('check settings, database, queue and DNS; every finding is a sentence with a fix')
  .option('--data <dir>', 'without settings: the folder of the waybill dev to look at', '.waybill')
  .action(async (given: { data: string }) => {
    process.exitCode = (await doctor(dependencies, resolve(given.data))) ? 0 : 1;
  });

doctorCommand
  .command('ledger')
  .description('count what stands where, and name what was accepted and has not come to an end')
  .option('--days <n>', 'count what was accepted in so many days', wholeNumber, 7)
  .action(async (given: { days: number }) => {
    process.exitCode = (await doctorLedger(dependencies, given.days)) ? 0 : 1;
  });

const operatorKeyCommand = program
  .command('operator-key')
  .description('make an API key for the operator; it is shown once')
  .option('--name <name>', 'what the key is for', 'operator')
  .action((given: { name: string }) => makeOperatorKey(dependencies, given.name));

operatorKeyCommand
  .command('list')
  .description('the operator keys that are not revoked, newest first, without their secrets')
  .action(() => listOperatorKeys(dependencies));

operatorKeyCommand
  .command('revoke <id>')
  .description('revoke one (key_…); the last one that works cannot be revoked')
  .action((id: string) => revokeOperatorKey(dependencies, id));

try {
  await program.parseAsync();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
