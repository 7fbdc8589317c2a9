import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { methodDocument, resourceDocument, serviceDocument } from '../../../src/registry/document-checks.ts';
import { documentSchema, withDefinitions } from '../../../tools/docs/document-schema.ts';

const ROOT = new URL('../../../', import.meta.url);
const SERVICES = new URL('providers/src/okta/v00.00.00000/services/', ROOT);
const read = (file: string, base = ROOT): string => readFileSync(fileURLToPath(new URL(file, base)), 'utf8');
const reference = read('docs/provider-documents.md');

test('the committed schema and its copy in the text are up to date: npm run docs', () => {
  expect(`${JSON.stringify(documentSchema(reference), undefined, 2)}\n`).toBe(read('docs/x-oktaql.schema.json'));
  expect(withDefinitions(reference)).toBe(reference);
});

describe('the schema judges as the build does', () => {
  const schema = z.fromJSONSchema(JSON.parse(read('docs/x-oktaql.schema.json')));

  test('every service document of ours', () => {
    const refused = readdirSync(SERVICES).filter((file) => !schema.safeParse(parse(read(file, SERVICES))).success);
    expect(refused).toEqual([]);
  });

  const document = (resource: unknown, method: unknown): unknown => ({
    openapi: '3.0.3',
    info: { title: 'Stock' },
    servers: [{ url: 'https://example.com' }],
    components: {
      'x-stackQL-resources': {
        things: { 'x-oktaql': resource, methods: { list: { operation: { $ref: '#/x' }, 'x-oktaql': method } } },
      },
    },
  });

  test.each([
    { what: 'nothing special', resource: {}, method: {}, isGood: true },
    { what: 'a misspelt key of a resource', resource: { alias: {} }, method: {}, isGood: false },
    { what: 'a misspelt key of a method', resource: {}, method: { rowAt: ['$'] }, isGood: false },
    {
      what: 'a misspelt key inside',
      resource: { parent: { resource: 'a.b.c', suplies: {} } },
      method: {},
      isGood: false,
    },
    { what: 'a parent', resource: { parent: { resource: 'a.b.c', supplies: { x: 'id' } } }, method: {}, isGood: true },
    {
      what: 'a parent without its provider',
      resource: { parent: { resource: 'b.c', supplies: {} } },
      method: {},
      isGood: false,
    },
    { what: 'a row path', resource: {}, method: { rowsAt: ['$.a.b'] }, isGood: true },
    { what: 'a row path without $', resource: {}, method: { rowsAt: ['a'] }, isGood: false },
    { what: 'pages of no size', resource: {}, method: { pageSize: { parameter: 'limit', size: 0 } }, isGood: false },
  ])('$what', ({ resource, method, isGood }) => {
    const value = document(resource, method);
    const parts = [
      serviceDocument.safeParse(value),
      resourceDocument.safeParse({ 'x-oktaql': resource, methods: {} }),
      methodDocument.safeParse({ operation: { $ref: '#/x' }, 'x-oktaql': method }),
    ];
    expect(parts.every(({ success }) => success)).toBe(isGood);
    expect(schema.safeParse(value).success).toBe(isGood);
  });
});

test.each([
  { what: 'a key without a row', text: reference.replace(/^\| `bucket` .*\n/m, ''), message: /bucket/ },
  {
    what: 'a key explained for the other kind only',
    text: reference.replace('## In a method', '## Of a method'),
    message: /rowsAt/,
  },
])('an error names $what', ({ text, message }) => {
  expect(() => documentSchema(text)).toThrow(message);
});

test('a text without the markers is an error', () => {
  expect(() => withDefinitions('# Documents')).toThrow(/x-oktaql.schema.json/);
});
