import assert from 'node:assert/strict';
import type { TestApi } from './test-api.ts';

/** The newest entry of the audit log says what stood before and what stands after, and the two differ. */
export async function requireChange({ test }: TestApi): Promise<void> {
  const { rows } = await test.database.pool.query(
    'SELECT action, detail FROM audit_entry ORDER BY sequence DESC LIMIT 1',
  );
  const { action, detail } = rows[0];
  const names = ['after', 'before', 'ip', 'request', 'request_id'];
  assert.deepEqual(Object.keys(detail).toSorted(), names, action);
  assert.notDeepEqual(detail.before, detail.after, action);
}
