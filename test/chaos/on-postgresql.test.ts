/** The faults of our own processes, with the queues on PostgreSQL. */
import { after, before, test } from 'node:test';
import { askedToGo } from './faults/graceful.ts';
import { killedAlone, killedTogether } from './faults/killed.ts';
import { type Installation, startInstallation } from './installation.ts';

let installation: Installation;
before(async () => {
  installation = await startInstallation({ portOffset: 22_000 });
});
after(() => installation.stop());

test('F01 each process is killed alone under load', (t) => killedAlone(t, installation));
test('F02 everything is killed at once, PostgreSQL too', (t) => killedTogether(t, installation));
test('F20 each process is asked to go under load', (t) => askedToGo(t, installation));
