import { existsSync } from 'node:fs';
import { makeProgram } from './program.ts';

const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** npm passes Ctrl-C on to a process that got it from the terminal too: signals this close together are one. Milliseconds. */
const ONE_SIGNAL_MS = 1_000;

/** Resolves at the first SIGINT or SIGTERM. A SIGINT after that ends the process at once, and leaves PostgreSQL running. */
const stopAsked = (): Promise<void> =>
  new Promise((resolve_) => {
    let askedAt: number | undefined;
    const onSignal = (signal: NodeJS.Signals): void => {
      askedAt ??= performance.now();
      if (signal === 'SIGINT' && performance.now() - askedAt > ONE_SIGNAL_MS) process.exit(130);
      resolve_();
    };
    process.on('SIGINT', onSignal);
    process.on('SIGTERM', onSignal);
  });

// Every command reads a .env file in the working directory. The environment takes precedence.
if (existsSync('.env')) process.loadEnvFile('.env');
try {
  await makeProgram({ env: process.env, say, stopAsked }).parseAsync();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
