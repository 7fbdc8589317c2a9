import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { generate, VERSION } from '../../../tools/provider/generate.ts';
import { readInputs } from '../../../tools/provider/inputs.ts';
import { renderYaml } from '../../../tools/provider/render.ts';
import { INPUTS } from './generated.ts';

const FOLDER = fileURLToPath(new URL(`../../../providers/src/okta/${VERSION}/`, import.meta.url));

test('the committed documents are what the committed inputs give: npm run provider:generate', () => {
  const { provider, services } = generate(readInputs(INPUTS));
  expect(readFileSync(`${FOLDER}provider.yaml`, 'utf8')).toBe(renderYaml(provider));
  expect(readdirSync(`${FOLDER}services`).sort()).toEqual([...services.keys()].map((name) => `${name}.yaml`).sort());
  const stale = [...services].filter(
    ([name, document]) => readFileSync(`${FOLDER}services/${name}.yaml`, 'utf8') !== renderYaml(document),
  );
  expect(stale.map(([name]) => name)).toEqual([]);
});
