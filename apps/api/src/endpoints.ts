/** The methods of a path, for the answer to a request that matches no route. RFC 9110 §15.5.5, §15.5.6. */
import { Refusal } from '@waybill/relay/refusal';
import type { FastifyReply, FastifyRequest, RouteOptions } from 'fastify';

type Endpoint = { readonly parts: readonly string[]; readonly methods: Set<string> };

export type Endpoints = {
  /** For the hook `onRoute`. */
  add(route: Pick<RouteOptions, 'method' | 'url'>): void;
  /** In alphabetical order; empty when the path is no endpoint. */
  methodsOf(path: string): readonly string[];
};

const partsOf = (path: string): readonly string[] => path.split('/').slice(1);

const isPart = (pattern: string, part: string | undefined): boolean =>
  pattern.startsWith(':') ? part !== undefined && part !== '' : pattern === part;

export function openEndpoints(): Endpoints {
  const endpoints = new Map<string, Endpoint>();
  return {
    add({ method, url }) {
      const endpoint = endpoints.get(url) ?? { parts: partsOf(url), methods: new Set() };
      for (const one of [method].flat()) endpoint.methods.add(one);
      endpoints.set(url, endpoint);
    },
    methodsOf(path) {
      const parts = partsOf(path);
      const fitting = [...endpoints.values()].filter(
        (endpoint) =>
          endpoint.parts.length === parts.length &&
          endpoint.parts.every((pattern, index) => isPart(pattern, parts[index])),
      );
      return [...new Set(fitting.flatMap(({ methods }) => [...methods]))].toSorted();
    },
  };
}

/** Text of the request as shown in an answer: short, without control characters. */
const shown = (text: string): string => text.replaceAll(/[^\x21-\x7e]/g, '?').slice(0, 200);

/** The refusal of a request that matches no route. */
export function refuseUnrouted(request: FastifyRequest, reply: FastifyReply, endpoints: Endpoints): Refusal {
  const [path = ''] = request.url.split('?');
  const methods = endpoints.methodsOf(path);
  if (methods.length === 0)
    return new Refusal('no_such_endpoint', { detail: `no such endpoint: ${request.method} ${shown(path)}` });
  reply.header('allow', methods.join(', '));
  return new Refusal('method_not_allowed', {
    detail: `${shown(path)} takes ${methods.join(', ')}, not ${request.method}`,
  });
}
