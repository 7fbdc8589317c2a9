/** Documents in which something is wrong: what is right in them can be used, and what is wrong is told when it is. */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ProviderDocumentError } from '../../../src/errors.ts';
import { compileService } from '../../../src/registry/compile.ts';
import { registryFromFiles } from '../../../src/registry/files.ts';
import type { Registry } from '../../../src/registry/registry.ts';
import { methodsFor, namePartsOf, usableMethods } from '../../../src/registry/resource.ts';
import { asFile, type Json, serviceDocument, setAt } from './documents.ts';

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'oktaql-lenient-'));
});
afterEach(() => rmSync(root, { recursive: true }));

function write(file: string, document: unknown): void {
  const path = join(root, 'src', file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, typeof document === 'string' ? document : JSON.stringify(document));
}

const SERVICE = 'demo/v1/things.yaml';
const PROVIDER = { name: 'demo', version: 'v1', providerServices: { things: { service: { $ref: SERVICE } } } };

/** A registry with one provider of which a part is changed. */
function registryWith(changes: Readonly<Record<string, unknown>>): Registry {
  const document = Object.entries(changes).reduce<Json>((all, [at, to]) => setAt(all, at, to), serviceDocument());
  write('demo/v1/provider.yaml', PROVIDER);
  write(SERVICE, document);
  return registryFromFiles(root);
}

function problem(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof ProviderDocumentError) return error.message;
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('a provider', () => {
  beforeEach(() => {
    write('good/v1/provider.yaml', { ...PROVIDER, name: 'good' });
  });

  test.each<[what: string, document: unknown, says: string]>([
    ['that is no YAML', 'name: [', 'not YAML'],
    ['without a name', { version: 'v1', providerServices: {} }, 'odd/v1/provider.yaml#/name'],
    ['with a login that is none', { ...PROVIDER, config: { auth: { type: 'basic', password: 5 } } }, '/config/auth'],
    ['with a name like a table', { ...PROVIDER, name: 'a.b' }, 'letters, digits'],
  ])('%s keeps nobody from the others', (_what, document, says) => {
    write('odd/v1/provider.yaml', document);
    const registry = registryFromFiles(root);
    expect(registry.providers.map(({ name }) => name).toSorted()).toEqual(['good', 'odd']);
    expect(registry.provider('good').services).toEqual(['things']);
    expect(problem(() => registry.provider('odd'))).toContain(says);
    expect(problem(() => registry.resource(['odd', 'things', 'items']))).toContain(says);
    expect(() => registry.provider('other')).toThrow(expect.objectContaining({ code: 'UNKNOWN_PROVIDER' }));
  });

  test('need not say its version or have services: those of a database have tables only', () => {
    write('bare/v0.1.2/provider.yaml', 'id: bare\nname: bare\ndescription:\nopenapi: 3.0.3\n');
    write('numbered/v2/provider.yaml', 'name: numbered\nversion: 2.5\nproviderServices: {}\n');
    const registry = registryFromFiles(root);
    expect(registry.provider('bare')).toMatchObject({ version: 'v0.1.2', services: [], description: '' });
    expect(registry.provider('numbered')).toMatchObject({ version: '2.5' });
  });

  test('one of two that have one name cannot be used, and neither can the other', () => {
    write('twin/v1/provider.yaml', { ...PROVIDER, name: 'Good' });
    write('third/v1/provider.yaml', { ...PROVIDER, name: 'third' });
    const registry = registryFromFiles(root);
    expect(problem(() => registry.provider('good'))).toContain('is called Good too');
    expect(registry.provider('third').name).toBe('third');
  });

  test('a folder whose document is wrong takes no name from one that is right', () => {
    write('odd/v1/provider.yaml', { ...PROVIDER, name: 'other' });
    write('other/v1/provider.yaml', 'name: [');
    const registry = registryFromFiles(root);
    expect(registry.provider('other').services).toEqual(['things']);
  });
});

describe('a service', () => {
  test('that is listed without its document, or with a wrong entry, is told when it is used', () => {
    const others = {
      listed: { title: 'Listed' },
      wrong: { service: 'x' },
      gone: { service: { $ref: 'demo/none.yaml' } },
    };
    write('demo/v1/provider.yaml', {
      ...PROVIDER,
      providerServices: { ...PROVIDER.providerServices, ...others },
    });
    write(SERVICE, serviceDocument());
    const registry = registryFromFiles(root);
    expect(registry.provider('demo').services).toEqual(['things', 'listed', 'wrong', 'gone']);
    expect(registry.service('demo', 'things').name).toBe('things');
    expect(problem(() => registry.service('demo', 'listed'))).toContain('#/providerServices/listed/service');
    expect(problem(() => registry.service('demo', 'wrong'))).toContain('#/providerServices/wrong/service');
    expect(problem(() => registry.service('demo', 'gone'))).toContain('no such file in the registry');
  });

  test('is meant as it is spelt where two differ by case, and neither by another spelling', () => {
    const services = { Things: { service: { $ref: 'demo/v1/big.yaml' } }, things: { service: { $ref: SERVICE } } };
    write('demo/v1/provider.yaml', { ...PROVIDER, providerServices: services });
    write(SERVICE, serviceDocument());
    write('demo/v1/big.yaml', setAt(serviceDocument(), '/info', { title: 'Big' }));
    const registry = registryFromFiles(root);
    expect([registry.service('demo', 'Things').title, registry.service('demo', 'things').title]).toEqual([
      'Big',
      'things',
    ]);
    expect(() => registry.service('demo', 'THINGS')).toThrow(
      expect.objectContaining({ code: 'UNKNOWN_SERVICE', nearest: ['things', 'Things'] }),
    );
  });

  test('need not have a title', () => {
    const registry = registryWith({ '/info': undefined });
    expect(registry.service('demo', 'things')).toMatchObject({ title: 'things', description: '' });
  });

  test('is read once, also where reading fails', () => {
    const registry = registryWith({ '/openapi': '2.0' });
    const first = problem(() => registry.service('demo', 'things'));
    write(SERVICE, serviceDocument());
    expect(problem(() => registry.service('demo', 'things'))).toBe(first);
  });
});

const RESOURCES = '/components/x-stackQL-resources';

describe('a resource', () => {
  test.each<[what: string, resource: unknown, says: string]>([
    ['with methods that are a list', { methods: [] }, `${RESOURCES}/odd/methods`],
    ['with a misspelt key of ours', { methods: {}, 'x-oktaql': { secret: ['a'] } }, `${RESOURCES}/odd/x-oktaql`],
    ['that is nothing', null, `${RESOURCES}/odd`],
  ])('%s keeps nobody from the others', (_what, resource, says) => {
    const registry = registryWith({ [`${RESOURCES}/odd`]: resource });
    expect(registry.resource(['demo', 'things', 'items']).name).toBe('demo.things.items');
    expect(Object.keys(registry.service('demo', 'things').faults ?? {})).toEqual(['odd']);
    expect(problem(() => registry.resource(['demo', 'things', 'ODD']))).toContain(says);
  });
});

const METHODS = `${RESOURCES}/items/methods`;

describe('a method', () => {
  test.each<[what: string, changes: Readonly<Record<string, unknown>>, says: string]>([
    ['of an operation that is not there', { [`${METHODS}/get/operation/$ref`]: '#/paths/~1none/get' }, 'nothing at'],
    ['without an operation', { [`${METHODS}/get`]: {} }, `${METHODS}/get/operation`],
    ['that is a text', { [`${METHODS}/get`]: 'x' }, `${METHODS}/get`],
    ['whose rows are nowhere', { [`${METHODS}/get/response`]: { objectKey: '$.none' } }, 'no property none'],
    [
      'whose answer is not there',
      {
        [`${METHODS}/get/response`]: { openAPIDocKey: '200' },
        '/paths/~1boxes~1{boxId}~1items~1{itemId}/get/responses': {},
      },
      'no response 200',
    ],
    ['that only a verb names', { [METHODS]: { ...methods(), get: undefined } }, 'no method get in this resource'],
  ])('%s keeps nobody from the others', (_what, changes, says) => {
    const registry = registryWith(changes);
    const items = registry.resource(['demo', 'things', 'items']);
    // The list still serves SELECT.
    expect(usableMethods(items, 'select').map(({ name }) => name)).toEqual(['list']);
    expect(items.columns.some(({ name }) => name === 'count')).toBe(true);
    expect(problem(() => registry.method(['demo', 'things', 'items', 'get']))).toContain(says);
    expect(items.methods.find(({ name }) => name === 'get')).toMatchObject({ verb: 'select', parameters: [] });
  });

  test('the only one of its verb is told to whoever uses the verb', () => {
    const items = registryWith({ [`${METHODS}/remove/operation/$ref`]: '#/x' }).resource(['demo', 'things', 'items']);
    expect(methodsFor(items, 'delete')).toEqual([]);
    expect(problem(() => usableMethods(items, 'delete'))).toContain('nothing at #/x');
    expect(usableMethods(items, 'update')).toEqual([]);
  });

  test('is wrong as a whole in a document that is read strictly', () => {
    const document = setAt(serviceDocument(), `${METHODS}/get/operation/$ref`, '#/paths/~1none/get');
    expect(() => compileService('demo', 'things', asFile(document))).toThrow(ProviderDocumentError);
  });
});

function methods(): Json {
  return (serviceDocument() as { components: { 'x-stackQL-resources': { items: { methods: Json } } } }).components[
    'x-stackQL-resources'
  ].items.methods;
}

describe('the answer that openAPIDocKey names', () => {
  const response = (name: string): unknown =>
    registryWith({ [`${METHODS}/${name}/response`]: { openAPIDocKey: '202' } })
      .resource(['demo', 'things', 'items'])
      .methods.find((method) => method.name === name);

  test.each([
    ['remove', 'none'],
    ['get', 'object'],
    ['add', 'object'],
  ])('may be another than %s has', (name, kind) => {
    expect(response(name)).toMatchObject({ response: { kind } });
    expect(response(name)).not.toHaveProperty('fault');
  });
});

describe('where rows are', () => {
  const string = { type: 'string' };
  const json = (schema: unknown): Json => ({ 200: { content: { 'application/json': { schema } } } });
  const shapeOf = (schema: unknown, objectKey?: string): unknown => {
    const list = {
      operation: { $ref: '#/paths/~1boxes/get' },
      ...(objectKey !== undefined && { response: { objectKey } }),
    };
    const registry = registryWith({
      '/paths/~1boxes/get/responses': json(schema),
      [`${RESOURCES}/boxes/methods/list`]: list,
    });
    const [method] = registry.resource(['demo', 'things', 'boxes']).methods;
    if (method?.fault !== undefined) throw new Error(method.fault.message);
    const { fields, ...shape } = method?.response ?? { fields: [] };
    return { ...shape, fields: fields.map(({ name, alias }) => (alias === undefined ? name : `${name} or ${alias}`)) };
  };
  const rows = { type: 'array', items: { type: 'object', properties: { id: string } } };
  const box = { type: 'object', properties: { id: string } };

  test.each<[what: string, schema: unknown, objectKey: string | undefined, shape: unknown]>([
    [
      'in a part of an answer that allOf puts together',
      {
        allOf: [{ type: 'object', properties: { total: { type: 'integer' } } }, { allOf: [{ properties: { rows } }] }],
      },
      '$.rows',
      { kind: 'list', rowsAt: ['$.rows'], fields: ['id'] },
    ],
    [
      'a list of texts, under StackQL’s name too',
      { type: 'object', properties: { names: { type: 'array', items: string } } },
      '$.names',
      { kind: 'list', rowsAt: ['$.names'], scalar: 'value', fields: ['value or column_anon'] },
    ],
    [
      'in a map',
      { type: 'object', properties: { boxes: { type: 'object', additionalProperties: box } } },
      '$.boxes',
      { kind: 'list', rowsAt: ['$.boxes'], mapKey: 'key', fields: ['id', 'key'] },
    ],
    [
      'in a map, all of it',
      { type: 'object', properties: { boxes: { type: 'object', additionalProperties: box } } },
      '$.boxes[*]',
      { kind: 'list', rowsAt: ['$.boxes'], mapKey: 'key', fields: ['id', 'key'] },
    ],
    [
      'in a map that is the answer',
      { type: 'object', additionalProperties: { type: 'integer' } },
      undefined,
      { kind: 'list', rowsAt: ['$'], mapKey: 'key', scalar: 'value', fields: ['value or column_anon', 'key'] },
    ],
    [
      'in lists in a map',
      { properties: { zones: { type: 'object', additionalProperties: { type: 'object', properties: { rows } } } } },
      '$.zones[*].rows',
      { kind: 'list', rowsAt: ['$.zones.*.rows'], fields: ['id'] },
    ],
    [
      'in an object that may have members of its own besides',
      { type: 'object', properties: { id: string }, additionalProperties: string },
      undefined,
      { kind: 'object', rowsAt: ['$'], fields: ['id'] },
    ],
    [
      'in an object of which nothing is said',
      { type: 'object', additionalProperties: true },
      undefined,
      { kind: 'object', rowsAt: ['$'], fields: [] },
    ],
  ])('%s', (_what, schema, objectKey, shape) => {
    expect(shapeOf(schema, objectKey)).toEqual(shape);
  });
});

test('a document that a thousand methods name is read once', () => {
  const { paths, components } = serviceDocument() as { paths: Json; components: Json };
  const operation = { $ref: 'demo/v1/operations.yaml#/paths/~1boxes/get' };
  const many = Object.fromEntries(Array.from({ length: 1_000 }, (_, index) => [`list${index}`, { operation }]));
  const opened: string[] = [];
  const service = compileService(
    'demo',
    'things',
    asFile({ openapi: '3.0.0', components: { 'x-stackQL-resources': { boxes: { methods: many } } } }),
    {
      reading: 'lenient',
      open: (file) => {
        opened.push(file);
        return { file, text: JSON.stringify({ servers: [], paths, components }) };
      },
    },
  );
  expect(opened).toEqual(['demo/v1/operations.yaml']);
  expect(service.resources['boxes']?.methods.filter(({ fault }) => fault !== undefined)).toEqual([]);
});

describe('a name with dots in it', () => {
  const dotted = (): Registry => {
    const { boxes } = (serviceDocument() as { components: { 'x-stackQL-resources': Json } }).components[
      'x-stackQL-resources'
    ];
    return registryWith({ [`${RESOURCES}/projects.all.boxes`]: boxes });
  };

  test.each([
    [['demo', 'things', 'projects.all.boxes']],
    [['demo', 'things', 'projects', 'all', 'boxes']],
    [['demo', 'things', 'Projects', 'ALL', 'boxes']],
  ])('%j', (parts) => {
    const resource = dotted().resource(parts);
    expect(resource.name).toBe('demo.things.projects.all.boxes');
    expect(namePartsOf(resource)).toEqual(['demo', 'things', 'projects.all.boxes']);
    expect(dotted().method([...parts, 'list']).method.key).toBe('demo.things.projects.all.boxes.list');
  });

  test.each([[['demo', 'things', 'projects', 'none']], [['demo', 'none', 'a', 'b']], [['demo', 'things']]])(
    '%j is none',
    (parts) => {
      expect(() => dotted().resource(parts)).toThrow(expect.objectContaining({ code: 'UNKNOWN_RESOURCE' }));
    },
  );
});
