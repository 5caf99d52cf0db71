/** What `/openapi.json` says about the whole; the routes say the rest of themselves. */
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod';
import type { World } from './world.ts';

/** Every schema of the contract comes twice, as input and as output; only what a route speaks of stays. */
const withoutUnused: typeof jsonSchemaTransformObject = (document) => {
  const whole = jsonSchemaTransformObject(document) as { components?: { schemas?: Record<string, unknown> } };
  const schemas = Object.entries(whole.components?.schemas ?? {});
  const spoken = (name: string): boolean =>
    JSON.stringify({ ...whole, components: undefined }).includes(`schemas/${name}"`) ||
    schemas.some(([other, schema]) => other !== name && JSON.stringify(schema).includes(`schemas/${name}"`));
  return {
    ...whole,
    components: {
      ...whole.components,
      schemas: Object.fromEntries(schemas.filter(([name]) => spoken(name))),
    },
  } as never;
};

export const description = (world: Pick<World, 'publicUrl'>) => ({
  openapi: {
    openapi: '3.1.0',
    info: {
      title: 'Waybill',
      version: '1',
      description:
        "Transactional mail that can say what became of it. An operator's key acts inside an account with the header Waybill-Account: acc_…",
    },
    servers: [{ url: world.publicUrl }],
    security: [{ key: [] }],
    components: {
      securitySchemes: { key: { type: 'http' as const, scheme: 'bearer', bearerFormat: 'wb_live_…' } },
    },
  },
  transform: jsonSchemaTransform,
  transformObject: withoutUnused,
});
