// Prints migration SQL: from nothing, or from an older schema file: `node prisma/diff.mjs [old.prisma]`. Review and extend it by hand.
import { readFileSync } from 'node:fs';
import { schemaSql } from './schema-sql.mjs';

const older = process.argv[2];
process.stdout.write(await schemaSql(older === undefined ? undefined : readFileSync(older, 'utf8')));
