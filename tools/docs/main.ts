/**
 * `npm run docs`: the compiled provider documents → the pages in `docs/okta`, and the form of documents → its JSON Schema.
 *
 * @module
 */

import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { compiledRegistry } from '../../src/registry/registry.ts';
import { documentSchema, withDefinitions } from './document-schema.ts';
import { resourcePages } from './files.ts';
import { readPageInputs } from './inputs.ts';

/** Relative to the package, where npm starts its scripts. */
const PAGES = 'docs/okta';

const registry = compiledRegistry(pathToFileURL('dist/providers/'));
// A page whose resource is gone goes too.
rmSync(PAGES, { recursive: true, force: true });
const pages = await resourcePages(registry, readPageInputs('tools/docs/inputs'));
for (const [path, text] of pages) write(join(PAGES, path), text);

const REFERENCE = 'docs/provider-documents.md';
const reference = readFileSync(REFERENCE, 'utf8');
write(REFERENCE, withDefinitions(reference));
write('docs/x-oktaql.schema.json', `${JSON.stringify(documentSchema(reference), undefined, 2)}\n`);

function write(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}
