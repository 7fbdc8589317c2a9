/** The built-in documents with other page sizes. */

import { builtInRegistry, createRegistry, type Registry } from '../../src/registry/registry.ts';
import type { Method, Resource, Service } from '../../src/registry/resource.ts';

export function withPageSize(size: number): Registry {
  const registry = builtInRegistry();
  const method = (each: Method): Method =>
    each.pageSize === undefined ? each : { ...each, pageSize: { ...each.pageSize, size } };
  const resource = (each: Resource): Resource => ({ ...each, methods: each.methods.map(method) });
  return createRegistry({
    providers: registry.providers,
    loadService: (provider, name): Service => {
      const service = registry.service(provider, name);
      const entries = Object.entries(service.resources).map(([key, each]) => [key, resource(each)] as const);
      return { ...service, resources: Object.fromEntries(entries) };
    },
  });
}
