/**
 * All generated documents. The same registry and inputs give the same bytes.
 *
 * @module
 */

import type { Registry } from '../../src/registry/registry.ts';
import { contentsPage } from './contents.ts';
import { examplesOf } from './examples.ts';
import { inputKey, type PageInputs } from './inputs.ts';
import { resourcePage } from './page.ts';
import { particularsPage } from './particulars.ts';

/**
 * Path below `docs/okta/` → text.
 *
 * Throws where the inputs name a resource that the registry does not have, or an example that does not run.
 */
export async function resourcePages(registry: Registry, inputs: PageInputs): Promise<ReadonlyMap<string, string>> {
  const provider = registry.provider('okta');
  const services = provider.services.toSorted().map((name) => registry.service(provider.name, name));
  const resources = services.flatMap((service) => Object.values(service.resources));
  checkNames(
    inputs,
    resources.map((resource) => inputKey(resource)),
  );
  const pages = new Map([
    ['README.md', contentsPage(provider, services)],
    ['particulars.md', particularsPage(resources)],
  ]);
  for (const resource of resources) {
    const examples = await examplesOf(resource, { registry, inputs });
    const key = inputKey(resource);
    pages.set(`${key.replace('.', '/')}.md`, resourcePage(resource, examples, inputs[key]));
  }
  return pages;
}

function checkNames(inputs: PageInputs, known: readonly string[]): void {
  const unknown = Object.keys(inputs).find((key) => !known.includes(key));
  if (unknown !== undefined) throw new Error(`pages.yaml: there is no resource ${unknown}.`);
}
