/** The part of OpenAPI 3.1 that the description uses. */
export type Schema = {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly pattern?: string;
  readonly format?: string;
  readonly minimum?: number;
  readonly examples?: readonly unknown[];
};
export type Schemas = Readonly<Record<string, Schema>>;

export type Media = {
  readonly schema?: unknown;
  readonly example?: unknown;
  readonly examples?: Readonly<Record<string, { readonly summary: string; readonly value: unknown }>>;
};
export type Content = Readonly<Record<string, Media>>;
export type Response = {
  readonly description?: string;
  readonly headers?: Readonly<Record<string, unknown>>;
  readonly content?: Content;
};
export type Parameter = { readonly name: string; readonly in: string; readonly schema?: Schema };

export type Operation = {
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly required?: boolean; readonly content: Content };
  readonly responses?: Readonly<Record<string, Response>>;
};
export type Paths = Readonly<Record<string, Readonly<Record<string, Operation>>>>;
export type Document = {
  readonly paths?: Paths;
  readonly components?: { readonly schemas?: Schemas };
};
