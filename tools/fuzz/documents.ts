/**
 * Spoilt provider documents: each loads, or is refused as its author's mistake; and so is what is asked of its tables.
 *
 * A text is the name of a file of a registry, behind `#`, and what stands in that file in place of what stood there.
 *
 * @module
 */

import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { parse, stringify } from 'yaml';
import type { Session } from '../../src/index.ts';
import { type Fault, faultOf, type Judge, type Kind, type Product } from './kind.ts';
import { changedText, textChanges } from './texts.ts';
import { changedTree, treeChanges } from './trees.ts';

export const DOCUMENTS: Kind = {
  name: 'documents',
  batchSize: 100,
  harmless: '# desk: none.yaml\n',
  texts: async () => spoiltDocuments(registries()),
  open: async (product) => openJudge(product),
};

/** Files by their paths below src/. */
type Files = Readonly<Record<string, string>>;

/** Small ones: a larger document has no other kinds of things in it. */
const SERVICES = ['sessions', 'api_tokens', 'features', 'roles', 'orgs', 'logs', 'captchas'];
const OKTA = 'okta/v00.00.00000';

function registries(): Readonly<Record<string, Files>> {
  const okta = SERVICES.map((name) => {
    const file = `${OKTA}/services/${name}.yaml`;
    const service = { id: name, name, service: { $ref: file } };
    const provider = { id: 'okta', name: 'okta', version: 'v00.00.00000', providerServices: { [name]: service } };
    return [
      name,
      { [`${OKTA}/provider.yaml`]: stringify(provider), [file]: readFileSync(join('providers/src', file), 'utf8') },
    ] as const;
  });
  return { desk: filesBelow('test/fixtures/desk/src'), ...Object.fromEntries(okta) };
}

function filesBelow(folder: string): Files {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.yaml'));
  return Object.fromEntries(names.toSorted().map((name) => [name, readFileSync(join(folder, name), 'utf8')]));
}

const REFERENCES = [
  '#',
  '#/',
  '#/paths',
  '#/components/schemas',
  '../provider.yaml',
  '/etc/hostname',
  'http://x.example/a',
];

const VALUES: readonly unknown[] = [
  ...REFERENCES.map(($ref) => ({ $ref })),
  ...[
    '$',
    '$.',
    '$..a',
    '$[*]',
    '$.a[?(@.b)]',
    '{a}',
    '/{a}/{b',
    '//x',
    '/a?b=c',
    'https://{a}.example',
    'http://[::1',
    'x/y',
  ],
  ...['string', 'array', 'date-time', 'application/xml', 'api_key', 'oauth2', 'GET', 'trace'],
  { allOf: [{ type: 'object' }, { type: 'string' }] },
  { oneOf: [] },
  { type: ['string', 'null'] },
  { enum: [null, {}, 1] },
  { type: 'object', additionalProperties: { type: 'array', items: {} } },
];

const KEYS = [
  'parameters',
  'responses',
  'schema',
  'properties',
  'items',
  'sqlVerbs',
  'methods',
  'x-oktaql',
  'servers',
  'allOf',
];

const PIECES = [
  ...[
    '&a ',
    '*a',
    '*b',
    '<<: *a\n',
    '!!binary ',
    '!!js/function ',
    '!<x> ',
    '---\n',
    '...\n',
    '%YAML 9.9\n',
    '\t',
    '\r',
    '\u0000',
  ],
  ...[
    '? ',
    '- ',
    ': ',
    '{',
    '}',
    '[',
    ']',
    "'",
    '"',
    '"\\u0000"',
    '|\n',
    '>-\n',
    '#',
    '@',
    '`',
    '🙂',
    '\ufeff',
    '\u2028',
  ],
  ...['null', '~', '.nan', '1e400', '0o7', '2026-01-01', 'yes', '- - - - - - - - - -', '{{{{{{{{', '[[[[[[[['],
  '&x [*x]',
  'x: &y {a: *y}\n',
  '$ref: "#"\n',
  '__proto__: {a: 1}\n',
  '  : \n',
];

function spoiltDocuments(all: Readonly<Record<string, Files>>): fc.Arbitrary<string> {
  const sources = Object.entries(all).flatMap(([name, files]) =>
    Object.entries(files).map(([path, text]) => ({ head: `# ${name}: ${path}\n`, text, tree: parse(text) as unknown })),
  );
  const source = fc.constantFrom(...sources);
  const byTree = fc
    .tuple(source, treeChanges(VALUES, KEYS))
    .map(([{ head, tree }, changes]) => head + yamlOf(changedTree(tree, changes)));
  const byText = fc
    .tuple(source, textChanges(PIECES))
    .map(([{ head, text }, changes]) => head + changedText(text, changes));
  return fc.oneof({ weight: 3, arbitrary: byTree }, { weight: 1, arbitrary: byText });
}

/** JSON is YAML, and the one form that says everything there is to say. */
function yamlOf(tree: unknown): string {
  return JSON.stringify(tree, undefined, 1) ?? 'null';
}

function openJudge(product: Product): Judge {
  const root = mkdtempSync(join(tmpdir(), 'oktaql-fuzz-documents-'));
  const all = registries();
  for (const [name, files] of Object.entries(all))
    for (const path of Object.keys(files)) restore(root, name, path, files);
  return {
    judge: async (text) => {
      const [, name = '', path = ''] = /^# ([^:\n]*): ([^\n]*)\n/.exec(text) ?? [];
      const files = all[name];
      if (files === undefined || !Object.hasOwn(files, path)) return undefined;
      writeFileSync(join(root, name, 'src', path), text.slice(text.indexOf('\n') + 1));
      try {
        return await judgeRegistry(join(root, name), product, text);
      } finally {
        restore(root, name, path, files);
      }
    },
    close: async () => rmSync(root, { recursive: true }),
  };
}

function restore(root: string, name: string, path: string, files: Files): void {
  const file = join(root, name, 'src', path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, files[path] ?? '');
}

/** Enough to have met every part of a document. */
const MOST_TABLES = 6;

/** An engine starts in a tenth of a second: one document in so many is also planned and read with one. */
const READ_ONE_IN = 8;

async function judgeRegistry(folder: string, product: Product, text: string): Promise<Fault | undefined> {
  const { library } = product;
  try {
    const registry = await library.loadRegistry(folder);
    const session = library.createSession({
      registry,
      token: 'none',
      subdomain: 'acme',
      environment: () => undefined,
      fetch: async () => new Response('[{"id":"1"}]', { headers: { 'content-type': 'application/json' } }),
    });
    try {
      return await judgeTables(session, product, text.length % READ_ONE_IN === 0);
    } finally {
      await session.close();
    }
  } catch (error) {
    return faultOf(error, product);
  }
}

async function judgeTables(session: Session, product: Product, isRead: boolean): Promise<Fault | undefined> {
  for (const statement of await statementsFor(session, isRead)) {
    try {
      await session.query(statement, { timeoutMs: 10_000 });
    } catch (error) {
      const fault = faultOf(error, product);
      if (fault !== undefined) return { ...fault, detail: `${fault.detail}\n  in ${statement}` };
    }
  }
  return undefined;
}

async function statementsFor(session: Session, isRead: boolean): Promise<readonly string[]> {
  const providers = await namesIn(session, 'SHOW PROVIDERS');
  const services = await below(session, providers, 'SERVICES');
  const resources = (await below(session, services, 'RESOURCES')).slice(0, MOST_TABLES);
  return resources.flatMap((name) => [
    `SHOW METHODS IN ${name}`,
    `DESCRIBE ${name}`,
    ...(isRead ? [`EXPLAIN SELECT * FROM ${name}`, `SELECT * FROM ${name}`, `EXPLAIN DELETE FROM ${name}`] : []),
  ]);
}

async function below(session: Session, names: readonly string[], what: string): Promise<readonly string[]> {
  const found = await Promise.all(names.map((name) => namesIn(session, `SHOW ${what} IN ${name}`, `${name}.`)));
  return found.flat();
}

/** Quoted, as part of a longer name. A service that does not load has none. */
async function namesIn(session: Session, statement: string, before = ''): Promise<readonly string[]> {
  const { columns, rows } = await session.query(statement);
  const at = columns.findIndex(({ name }) => name === 'name');
  return rows.map((row) => `${before}"${String(row[at]).replaceAll('"', '""')}"`);
}
