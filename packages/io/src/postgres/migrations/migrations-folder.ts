import { fileURLToPath } from 'node:url';

/** The folder of the migrations, as an absolute path. */
export const migrationsFolder = fileURLToPath(new URL('../../../../../prisma/migrations', import.meta.url));
