/** The API's description, without a database: only the declarations of routes are read. */
import { buildApp } from '../../apps/api/src/app.ts';
import type { Dependencies } from '../../apps/api/src/dependencies.ts';

/** Stands for everything that only handlers use: any property and any call answers with itself. */
const unused: unknown = new Proxy(() => undefined, {
  get: (_target, name) => (name === 'then' || typeof name === 'symbol' ? undefined : unused),
  apply: () => unused,
});

const declared: Partial<Dependencies> = {
  publicUrl: 'https://mail.example.com',
  trustProxy: [],
  maxMessageBytes: 26_214_400,
  isDevelopment: false,
  limits: { perKey: 1, failuresPerIp: 1, windowMs: 1_000 },
  now: () => new Date(0),
  random: (size) => Buffer.alloc(size),
};

export type Schema = {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
  readonly description?: string;
};

type Content = Readonly<Record<string, { readonly schema?: Schema }>>;

export type Operation = {
  readonly operationId: string;
  readonly summary: string;
  readonly parameters?: readonly {
    readonly name: string;
    readonly in: 'path' | 'query' | 'header' | 'cookie';
    readonly required?: boolean;
    readonly schema: Schema;
  }[];
  readonly requestBody?: { readonly required?: boolean; readonly content: Content };
  readonly responses: Readonly<Record<string, { readonly content?: Content }>>;
};

export type Description = {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
};

export async function apiDescription(): Promise<Description> {
  const dependencies = new Proxy(declared, {
    get: (known, name) => (name in known ? known[name as keyof Dependencies] : unused),
  }) as Dependencies;
  const app = await buildApp(dependencies);
  await app.ready();
  return app.swagger() as unknown as Description;
}
