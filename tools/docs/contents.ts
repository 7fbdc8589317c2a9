/**
 * The table of contents: `docs/okta/README.md`.
 *
 * @module
 */

import type { ProviderInfo, Resource, Service } from '../../src/registry/resource.ts';
import { blocks, proseText } from './markdown.ts';

export function contentsPage(provider: ProviderInfo, services: readonly Service[]): string {
  const resources = services.flatMap((service) => Object.values(service.resources));
  const methods = resources.flatMap((resource) => resource.methods);
  return blocks([
    `# ${provider.name}`,
    `${resources.length} tables in ${services.length} services, with ${methods.length} methods. Each page has columns, methods, ` +
      'and examples that a test runs. [Particulars](particulars.md) are which parameters take names, which lists Okta cuts, ' +
      'which errors mean that there is no such thing, and which answers are shown once.',
    ...services.flatMap((service) => [
      `## ${service.name}`,
      proseText(service.description),
      Object.entries(service.resources)
        .map(([name, resource]) => lineFor(service.name, name, resource))
        .join('\n'),
    ]),
  ]);
}

function lineFor(service: string, name: string, { description }: Resource): string {
  return `- [${name}](${service}/${name}.md): ${proseText(description)}`;
}
