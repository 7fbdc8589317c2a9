/**
 * `provider:generate`: Okta's OpenAPI document → facts (with --spec), and the committed inputs → the provider's documents.
 *
 * @module
 */

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { parse } from 'yaml';
import { extract } from './extract.ts';
import { factsToJson, membersToJson } from './facts.ts';
import { generate, VERSION } from './generate.ts';
import { readInputs } from './inputs.ts';
import { renderYaml } from './render.ts';

/** Relative to the package, where npm starts its scripts. */
const INPUTS = 'tools/provider/inputs';

const { values } = parseArgs({
  options: { spec: { type: 'string' }, out: { type: 'string', default: 'providers/src' } },
});

if (values.spec !== undefined) {
  const document: unknown = parse(readFileSync(values.spec, 'utf8'));
  const facts = extract(document);
  writeFileSync(join(INPUTS, 'facts.json'), factsToJson(facts));
  writeFileSync(join(INPUTS, 'members.json'), membersToJson(facts));
}

const { provider, services } = generate(readInputs(INPUTS));
const folder = join(values.out, 'okta', VERSION);
write(join(folder, 'provider.yaml'), provider);
for (const [name, document] of services) write(join(folder, 'services', `${name}.yaml`), document);

function write(file: string, document: unknown): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, renderYaml(document));
}
