import { type Env, loadConfig } from '@waybill/io/config/config';
import { productionProblems } from '@waybill/io/config/production';
import { checks } from '../doctor/checks.ts';
import { findDevInstallation } from '../doctor/dev-installation.ts';
import { type Check, findingOf, ill, lineOf, well } from '../doctor/finding.ts';
import type { Dependencies } from './dependencies.ts';

/** All apps but the ingress: whether there is a certificate has a line of its own. */
const appsAsked = ['worker', 'sender', 'tracker', 'api'];

const settingsCheck = (env: Env): Check => ({
  name: 'settings',
  fix: 'Correct them; docs/config.md has all.',
  look: async () => {
    // The master key has a line of its own.
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

async function installationOf(env: Env, folder: string, say: Dependencies['say']) {
  if (env.DATABASE_URL) return { config: loadConfig(env), checks: [settingsCheck(env), ...checks] };
  const dev = await findDevInstallation(folder, env);
  // Nothing is set and nothing is here: the error names the settings.
  if (dev === undefined) return { config: loadConfig(env), checks };
  say(`DATABASE_URL is not set: this looks at the installation of waybill dev in ${folder}.`);
  return { config: dev.config, checks: [...dev.checks, ...checks] };
}

/** `waybill doctor`: looks at everything and says all that it found; true when all is well. */
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
