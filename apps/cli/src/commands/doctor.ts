import { type Env, loadConfig } from '@waybill/io/config/config';
import { productionProblems } from '@waybill/io/config/production';
import { checks } from '@waybill/io/doctor/checks';
import { type Check, type Finding, findingOf, ill, well } from '@waybill/io/doctor/finding';
import { findDevInstallation } from '../doctor/dev-installation.ts';
import type { Dependencies } from './dependencies.ts';

/** All apps except the ingress, because the certificate has a separate line. */
const appsAsked = ['worker', 'sender', 'tracker', 'api'];

const settingsCheck = (env: Env): Check => ({
  name: 'settings',
  fix: 'Correct them; docs/config.md describes all settings.',
  look: async () => {
    // The master key has a separate line.
    const problems = productionProblems(env, appsAsked).filter(
      ({ name }) => !name.startsWith('WAYBILL_MASTER_KEY'),
    );
    if (problems.length === 0) return well('waybill start accepts them.');
    const names = problems.map(({ name, problem }) => `${name} ${problem}`).join('; ');
    return ill(
      `waybill start refuses them: ${names}.`,
      `Set ${problems.map(({ name, example }) => `${name}=${example}`).join(' ')}`,
    );
  },
});

const lineOf = (name: string, finding: Finding): string =>
  finding.isWell
    ? `well  ${name}: ${finding.sentence}`
    : `ILL   ${name}: ${finding.sentence}\n      ${finding.fix}`;

async function installationOf(env: Env, folder: string, say: Dependencies['say']) {
  if (env.DATABASE_URL) return { config: loadConfig(env), checks: [settingsCheck(env), ...checks] };
  const dev = await findDevInstallation(folder, env);
  // There are no settings and no installation of `waybill dev`. The error names the settings.
  if (dev === undefined) return { config: loadConfig(env), checks };
  say(`DATABASE_URL is not set: checking the installation of waybill dev in ${folder}.`);
  return { config: dev.config, checks: [...dev.checks, ...checks] };
}

/** `waybill doctor`: runs all checks and prints their results; returns whether all passed. */
export async function doctor({ env, say }: Dependencies, folder: string): Promise<boolean> {
  const installation = await installationOf(env, folder, say);
  let isWell = true;
  for (const check of installation.checks) {
    const finding = await findingOf(check, installation.config);
    isWell &&= finding.isWell;
    say(lineOf(check.name, finding));
  }
  return isWell;
}
