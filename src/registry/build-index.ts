/**
 * Build step: compiles `providers/src` into one JSON file a service. Usage: build-index SOURCE TARGET.
 *
 * @module
 */

import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compileProvider, compileService } from './compile.ts';
import type { ProviderInfo } from './resource.ts';

const [source = '', target = ''] = process.argv.slice(2);

function buildProvider(provider: string): ProviderInfo {
  const version = readdirSync(join(source, provider)).sort().at(-1) ?? '';
  const file = join(provider, version, 'provider.yaml');
  const { info, sources } = compileProvider({ file, text: readFileSync(join(source, file), 'utf8') });
  mkdirSync(join(target, info.name), { recursive: true });
  const resourceNames: Record<string, readonly string[]> = {};
  for (const [service, { file: path, ...context }] of Object.entries(sources)) {
    const document = { file: path, text: readFileSync(join(source, path), 'utf8') };
    const compiled = compileService(info.name, service, document, context);
    writeFileSync(join(target, info.name, `${service}.json`), JSON.stringify(compiled));
    resourceNames[service] = Object.keys(compiled.resources);
  }
  return { ...info, resourceNames };
}

mkdirSync(target, { recursive: true });
writeFileSync(join(target, 'providers.json'), JSON.stringify(readdirSync(source).sort().map(buildProvider)));
