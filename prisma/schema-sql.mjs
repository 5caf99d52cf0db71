// The SQL that leads from nothing, or from an older schema file, to schema.prisma: by the engine in WebAssembly, no binary is needed.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { bindMigrationAwareSqlAdapterFactory, ColumnTypeEnum } from '@prisma/driver-adapter-utils';

const schemaPath = fileURLToPath(new URL('./schema.prisma', import.meta.url));

/** Node does not import .wasm files without a flag, so the module is instantiated by hand and given its own JavaScript half. */
async function loadEngine() {
  const require = createRequire(import.meta.url);
  const bindings = await import('@prisma/schema-engine-wasm/schema_engine_bg');
  const wasmPath = require.resolve('@prisma/schema-engine-wasm/schema_engine_bg').replace(/\.js$/, '.wasm');
  const module = await WebAssembly.compile(readFileSync(wasmPath));
  const { exports } = await WebAssembly.instantiate(module, { './schema_engine_bg.js': bindings });
  bindings.__wbg_set_wasm(exports);
  exports.__wbindgen_start();
  return bindings.SchemaEngine;
}

/** The engine opens a connection and asks for the server's version before anything else; comparing files needs no more. */
const noDatabase = {
  provider: 'postgres',
  adapterName: '@prisma/adapter-pg',
  connect: async () => idleConnection,
  connectToShadowDb: async () => idleConnection,
};

const serverVersion = {
  columnNames: ['exists', 'version', 'numeric_version'],
  columnTypes: [ColumnTypeEnum.Boolean, ColumnTypeEnum.Text, ColumnTypeEnum.Int32],
  rows: [[true, 'PostgreSQL 18.0', 180000]],
};

const refuse = () => Promise.reject(new Error('comparing schema files needs no database'));
const idleConnection = {
  provider: 'postgres',
  adapterName: '@prisma/adapter-pg',
  getConnectionInfo: () => ({ schemaName: 'public', supportsRelationJoins: true }),
  queryRaw: async () => serverVersion,
  executeRaw: refuse,
  executeScript: refuse,
  startTransaction: refuse,
  dispose: async () => {},
};

/** `from` is another schema file's text; without it the SQL starts from nothing. */
export async function schemaSql(from) {
  const SchemaEngine = await loadEngine();
  const content = readFileSync(schemaPath, 'utf8');
  const engine = await SchemaEngine.new(
    { datamodels: [[schemaPath, content]] },
    () => {},
    bindMigrationAwareSqlAdapterFactory(noDatabase),
  );
  const files = (text) => ({ tag: 'schemaDatamodel', files: [{ path: schemaPath, content: text }] });
  const { stdout } = await engine.diff({
    from: from === undefined ? { tag: 'empty' } : files(from),
    to: files(content),
    script: true,
    exitCode: null,
    shadowDatabaseUrl: null,
    filters: { externalTables: [], externalEnums: [] },
  });
  return stdout;
}
