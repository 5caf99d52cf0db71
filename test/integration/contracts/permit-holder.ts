/** A process that takes permits and keeps them: `permit-holder.ts <url of the store> <key> <limit> <how many>`. */
import { openPermitsAt } from './permit-stores.ts';

const [url = '', key = '', limit = '0', count = '0'] = process.argv.slice(2);
const { permits } = openPermitsAt(url);
for (let taken = 0; taken < Number(count); taken++)
  if (!(await permits.take([{ key, limit: Number(limit) }], 5_000))) throw new Error('no permit');
process.send?.('holds');
