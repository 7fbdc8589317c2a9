import { describe, expect, test } from 'vitest';
import type { MetadataPlan } from '../../../src/plan/plan.ts';
import type { Literal } from '../../../src/sql/statement.ts';
import { fillPlaceholders } from '../../../src/sql/text/placeholders.ts';
import type { Row } from '../../../src/values.ts';
import { okta, planOf, registryOf } from './fixture.ts';

const responses = (schema: string): string =>
  `responses: { "200": { description: ok, content: { application/json: { schema: ${schema} } } } }`;
const GONE = 'responses: { "204": { description: gone } }';
const body = (schema: string): string => `requestBody: { content: { application/json: { schema: ${schema} } } }`;
const thingId = '{ name: thingId, in: path, required: true, schema: { type: string }, description: Its id. }';
const box = '{ name: boxId, in: path, required: true, schema: { type: string }, description: Its box. }';
const operation = (path: string, verb: string): string => `operation: { $ref: "#/paths/${path}/${verb}" }`;
const method = (resource: string, name: string): string =>
  `{ $ref: "#/components/x-stackQL-resources/${resource}/methods/${name}" }`;

/** Boxes with things in them: every kind of parameter, column and body that a question can be about. */
const STORE = registryOf(
  'store',
  'stock',
  `
openapi: 3.0.3
info: { title: Stock, description: What there is. }
servers: [{ url: "https://{org}.example.com", variables: { org: { default: x, description: Whose. } } }]
paths:
  /boxes:
    get: { ${responses('{ type: array, items: { $ref: "#/components/schemas/Box" } }')} }
  /boxes/{boxId}/things:
    get:
      parameters: [${box}, { name: "limit", in: query, schema: { type: integer } }, { name: X-Note, in: header }]
      ${responses('{ type: array, items: { $ref: "#/components/schemas/Thing" } }')}
    post:
      parameters: [${box}, { name: notify, in: query, required: true, schema: { type: boolean } }]
      ${body('{ $ref: "#/components/schemas/NewThing" }')}
      ${responses('{ $ref: "#/components/schemas/Thing" }')}
  /boxes/{boxId}/things/{thingId}:
    get:
      parameters: [${thingId}, ${box}]
      ${responses('{ $ref: "#/components/schemas/Thing" }')}
    put:
      parameters: [${thingId}, ${box}]
      ${body('{ $ref: "#/components/schemas/NewThing" }')}
      ${responses('{ $ref: "#/components/schemas/Thing" }')}
    delete: { parameters: [${thingId}, ${box}], ${GONE} }
  /boxes/{boxId}/empty:
    post: { parameters: [${box}], ${GONE} }
  /boxes/{boxId}/picture:
    post:
      description: Takes a picture.
      parameters: [${box}]
      requestBody: { content: { image/png: { schema: { type: string } } } }
      ${GONE}
components:
  schemas:
    Box: { type: object, properties: { id: { type: string } } }
    Thing:
      type: object
      properties:
        zeta: { type: number }
        _links: { type: object }
        Alpha: { type: boolean }
        name: { type: string, description: What it is called. }
        count: { type: integer }
        made: { type: string, format: date-time }
        id: { type: string }
        parts: { type: array, items: { type: string } }
        pin: { type: string }
        lock: { type: object }
        description: { type: string }
    NewThing:
      type: object
      properties:
        name: { type: string }
        kind: { type: string, description: Its kind. }
        parts: { type: array, items: { type: string } }
        "x#1": { type: string }
        boxId: { type: string }
        made: { type: string, format: date-time }
  x-stackQL-resources:
    boxes:
      title: boxes
      methods:
        list_boxes: { ${operation('~1boxes', 'get')} }
        empty: { ${operation('~1boxes~1{boxId}~1empty', 'post')} }
      sqlVerbs: { select: [${method('boxes', 'list_boxes')}] }
    things:
      title: things
      description: What is in the boxes.
      x-oktaql:
        aliases: { thingId: id }
        secrets: [pin, lock.code, lock.spare.code]
        parent: { resource: store.stock.boxes, supplies: { boxId: id } }
      methods:
        list_things:
          ${operation('~1boxes~1{boxId}~1things', 'get')}
          x-oktaql:
            filter: { parameter: q, columns: { name: [eq, sw], lock.size: [gt], lock.color: [gt], count: [pr] } }
        create_thing:
          ${operation('~1boxes~1{boxId}~1things', 'post')}
          request: { required: [name, kind] }
        get_thing: { ${operation('~1boxes~1{boxId}~1things~1{thingId}', 'get')} }
        replace_thing:
          ${operation('~1boxes~1{boxId}~1things~1{thingId}', 'put')}
          request: { required: [kind] }
        delete_thing: { ${operation('~1boxes~1{boxId}~1things~1{thingId}', 'delete')} }
        change_thing: { ${operation('~1boxes~1{boxId}~1things~1{thingId}', 'put')} }
        picture: { ${operation('~1boxes~1{boxId}~1picture', 'post')} }
        an_exec: { ${operation('~1boxes~1{boxId}~1empty', 'post')} }
      sqlVerbs:
        select: [${method('things', 'list_things')}, ${method('things', 'get_thing')}]
        insert: [${method('things', 'create_thing')}]
        update: [${method('things', 'change_thing')}]
        replace: [${method('things', 'replace_thing')}]
        delete: [${method('things', 'delete_thing')}]
    actions:
      title: actions
      methods: { empty: { ${operation('~1boxes~1{boxId}~1empty', 'post')} } }
`,
);

async function ask(
  sql: string,
  defaults: Readonly<Record<string, Literal>> = {},
  registry = STORE,
): Promise<MetadataPlan> {
  const plan = await planOf(sql, { defaults, registry });
  if (plan.kind !== 'metadata') throw new Error(`no metadata statement: ${sql}`);
  return plan;
}

const columnsOf = ({ columns }: MetadataPlan): readonly string[] => columns.map(({ name }) => name);

/** The rows, one text each. */
const table = ({ rows }: MetadataPlan): readonly string[] => rows.map((row) => row.join(' | '));

describe('SHOW', () => {
  test('PROVIDERS', async () => {
    expect(columnsOf(await ask('show providers'))).toEqual(['name', 'version']);
    expect(table(await ask('show providers'))).toEqual(['store | v1']);
    expect(columnsOf(await ask('show extended providers'))).toEqual(['name', 'version', 'title', 'description']);
  });

  test('SERVICES', async () => {
    expect(columnsOf(await ask('show services in STORE'))).toEqual(['id', 'name', 'title', 'description']);
    expect(table(await ask('show services in store'))).toEqual(['stock:v1 | stock | The stock | What there is.']);
    const extended = await ask('show extended services in store');
    expect(columnsOf(extended)).toEqual(['id', 'name', 'title', 'description', 'version', 'preferred']);
    expect(extended.rows).toEqual([['stock:v1', 'stock', 'The stock', 'What there is.', 'v1', null]]);
  });

  test('RESOURCES, by name', async () => {
    expect(columnsOf(await ask('show resources in store.stock'))).toEqual(['name', 'id']);
    expect(table(await ask('show resources in store.stock'))).toEqual([
      'actions | store.stock.actions',
      'boxes | store.stock.boxes',
      'things | store.stock.things',
    ]);
    expect(table(await ask('show extended resources in store.stock')).at(-1)).toBe(
      'things | store.stock.things | What is in the boxes.',
    );
  });

  test('METHODS, by verb and name, with what they cannot be called without', async () => {
    expect(columnsOf(await ask('show methods in store.stock.things'))).toEqual([
      'MethodName',
      'RequiredParams',
      'SQLVerb',
    ]);
    expect(table(await ask('show methods in store.stock.things'))).toEqual([
      'get_thing | boxId, thingId, org | SELECT',
      'list_things | boxId, org | SELECT',
      'create_thing | boxId, notify, kind, name, org | INSERT',
      'delete_thing | boxId, thingId, org | DELETE',
      'change_thing | boxId, thingId, org | UPDATE',
      'replace_thing | boxId, thingId, kind, org | REPLACE',
      'an_exec | boxId, org | EXEC',
      'picture | boxId, org | EXEC',
    ]);
  });

  test('EXTENDED METHODS also say what a parent supplies, and what cannot be called', async () => {
    const plan = await ask('show extended methods in store.stock.things');
    expect(columnsOf(plan)).toEqual(['MethodName', 'RequiredParams', 'SQLVerb', 'description', 'SuppliedParams']);
    const supplied = Object.fromEntries(plan.rows.map((row) => [row[0], row[4]]));
    expect(supplied).toMatchObject({
      list_things: 'boxId (store.stock.boxes.id)',
      get_thing: 'boxId (store.stock.boxes.id)',
      create_thing: '',
      an_exec: '',
    });
    expect(plan.rows.at(-1)?.[3]).toBe('Takes a picture. Cannot be called: its body is image/png.');
  });

  test('TRANSACTION ISOLATION LEVEL', async () => {
    const plan = await ask('show transaction isolation level');
    expect([columnsOf(plan), table(plan)]).toEqual([['transaction_isolation'], ['read committed']]);
  });
});

describe('a filter is for the engine', () => {
  test.each([
    { sql: 'show providers', filter: undefined },
    { sql: "show providers like 'o%'", filter: "name LIKE 'o%'" },
    { sql: "show resources in store.stock like 'it''s%'", filter: "name LIKE 'it''s%'" },
    { sql: "show methods in store.stock.things like 'get%'", filter: "MethodName LIKE 'get%'" },
    { sql: "show services in store where id > 'a' or true", filter: "id > 'a' or true" },
  ])('$sql', async ({ sql, filter }) => {
    const plan = await ask(sql);
    expect(plan.filter).toBe(filter);
    expect(plan.rows.length).toBeGreaterThan(0);
  });
});

describe('DESCRIBE', () => {
  test('a resource: its fields, id, name and description first', async () => {
    expect(columnsOf(await ask('describe store.stock.things'))).toEqual(['name', 'type']);
    expect(table(await ask('describe store.stock.things'))).toEqual([
      'id | string',
      'name | string',
      'description | string',
      'Alpha | boolean',
      '_links | object',
      'count | integer',
      'lock | object',
      'made | string',
      'parts | object',
      'pin | string',
      'zeta | number',
    ]);
  });

  test('EXTENDED: parameters too, and notes', async () => {
    const plan = await ask('describe extended store.stock.things');
    expect(columnsOf(plan)).toEqual(['name', 'type', 'description', 'kind', 'column_type', 'notes']);
    const [, name] = plan.rows;
    expect(name).toEqual([
      'name',
      'string',
      'What it is called.',
      'field',
      'VARCHAR',
      "the API can filter name by =, LIKE 'x%'",
    ]);
    const facts = Object.fromEntries(plan.rows.map((row) => [row[0], [row[3], row[4], row[5]]]));
    expect(facts).toMatchObject({
      made: ['field', 'TIMESTAMPTZ', ''],
      count: ['field', 'BIGINT', 'the API can filter count by IS NOT NULL'],
      pin: ['field', 'VARCHAR', 'secret'],
      lock: ['field', 'JSON', 'secret: code, spare.code; the API can filter lock.size, lock.color by >'],
      boxId: ['path', 'VARCHAR', 'taken from store.stock.boxes.id where it is not given'],
      thingId: ['path', 'VARCHAR', 'same as id'],
      org: ['server', 'VARCHAR', ''],
      limit: ['query', 'BIGINT', ''],
      'X-Note': ['header', 'VARCHAR', ''],
    });
    const isOther = (row: Row): boolean => row[3] !== 'field' && row[3] !== 'member';
    expect(plan.rows.filter(isOther).map(([column]) => column)).toEqual([
      'boxId',
      'thingId',
      'org',
      'limit',
      'X-Note',
      '_raw',
    ]);
    expect(facts).toMatchObject({ _raw: ['hidden', 'JSON', expect.stringContaining('secret: ')] });
  });

  test('a resource that no SELECT reads', async () => {
    await expect(ask('describe store.stock.actions')).rejects.toMatchObject({
      code: 'NOT_SUPPORTED',
      hint: 'SHOW METHODS IN store.stock.actions lists what it has; EXEC calls it.',
    });
  });

  test('METHOD: what goes in, what comes out', async () => {
    const plan = await ask('describe method store.stock.things.create_thing');
    expect(columnsOf(plan)).toEqual(['name', 'type', 'param_type', 'shape']);
    expect(table(plan).slice(0, 12)).toEqual([
      'boxId | string | input_required | ',
      'notify | boolean | input_required | ',
      'kind | string | input_required | ',
      'name | string | input_required | ',
      'org | string | input_required | ',
      'data__boxId | string | input_optional | ',
      'made | string | input_optional | ',
      'parts | object | input_optional | ',
      'x#1 | string | input_optional | ',
      'Alpha | boolean | output | ',
      '_links | object | output | ',
      'count | integer | output | ',
    ]);
    expect(table(await ask('describe method extended store.stock.things.create_thing'))[2]).toBe(
      'kind | string | input_required |  | Its kind.',
    );
  });

  test('METHOD of one that answers with nothing', async () => {
    expect(table(await ask('describe method store.stock.things.delete_thing'))).toEqual([
      'boxId | string | input_required | ',
      'thingId | string | input_required | ',
      'org | string | input_required | ',
    ]);
  });
});

describe('SHOW INSERT INTO', () => {
  test.each([
    {
      sql: 'show insert into store.stock.things',
      columns: 'org, boxId, notify, name, kind, parts, "x#1", data__boxId, made',
      values: [
        "'{{ org }}'",
        "'{{ boxId }}'",
        "'{{ notify }}'",
        "'{{ name }}'",
        "'{{ kind }}'",
        "nullif('{{ parts }}', '')",
        "nullif('{{ x#1 }}', '')",
        "nullif('{{ data__boxId }}', '')",
        "nullif('{{ made }}', '')",
      ],
    },
    {
      sql: 'show /*+ REQUIRED */ insert into store.stock.things',
      columns: 'org, boxId, notify, name, kind',
      values: ["'{{ org }}'", "'{{ boxId }}'", "'{{ notify }}'", "'{{ name }}'", "'{{ kind }}'"],
    },
    {
      sql: 'show insert into store.stock.things (PARTS, data__name, boxid)',
      columns: 'org, notify, parts, name, boxId',
      values: ["'{{ org }}'", "'{{ notify }}'", "'{{ parts }}'", "'{{ name }}'", "'{{ boxId }}'"],
      why: 'missing parameters come first; who names a column fills it',
    },
    {
      sql: 'show insert into store.stock.things (notify, boxId)',
      defaults: { org: 'acme' },
      columns: 'notify, boxId',
      values: ["'{{ notify }}'", "'{{ boxId }}'"],
      why: 'the session knows the org',
    },
  ])('$sql', async ({ sql, defaults, columns, values, why }) => {
    const plan = await ask(sql, defaults);
    expect(columnsOf(plan)).toEqual(['insert_statement']);
    expect(table(plan), why).toEqual([`INSERT INTO store.stock.things (${columns}) SELECT ${values.join(', ')};`]);
  });

  test('what nothing can be inserted into', async () => {
    await expect(ask('show insert into store.stock.boxes')).rejects.toMatchObject({ code: 'NOT_SUPPORTED' });
  });

  test('an unknown column', async () => {
    await expect(ask('show insert into store.stock.things (nam)')).rejects.toMatchObject({
      code: 'UNKNOWN_COLUMN',
      nearest: ['name'],
    });
  });
});

test('REGISTRY LIST', async () => {
  const [all, one] = [await ask('registry list'), await ask('registry list Store')];
  expect([columnsOf(all), table(all)]).toEqual([['provider', 'version'], ['store | v1']]);
  expect([columnsOf(one), table(one)]).toEqual([['provider', 'versions'], ['store | v1']]);
});

test.each([
  { sql: 'show services in stor', code: 'UNKNOWN_PROVIDER', nearest: ['store'] },
  { sql: 'registry list stor', code: 'UNKNOWN_PROVIDER', nearest: ['store'] },
  { sql: 'show resources in stor.stock', code: 'UNKNOWN_PROVIDER', nearest: ['store'] },
  { sql: 'show resources in store.stok', code: 'UNKNOWN_SERVICE', nearest: ['stock'] },
  { sql: 'show methods in store.stock.thing', code: 'UNKNOWN_RESOURCE', nearest: ['things'] },
  { sql: 'describe store.stock.thing', code: 'UNKNOWN_RESOURCE', nearest: ['things'] },
  { sql: 'show insert into store.stock.thing', code: 'UNKNOWN_RESOURCE', nearest: ['things'] },
  { sql: 'describe method store.stock.things.getthing', code: 'UNKNOWN_METHOD', nearest: ['get_thing'] },
])('$sql: $code', async ({ sql, code, nearest }) => {
  await expect(ask(sql)).rejects.toMatchObject({ code, nearest });
});

describe('okta', () => {
  test('the methods of okta.apps.jwks are those that a real StackQL prints', async () => {
    expect(table(await ask('show methods in okta.apps.jwks', {}, okta))).toEqual([
      'get_jwk | appId, keyId, subdomain | SELECT',
      'list_jwk | appId, subdomain | SELECT',
      'add_jwk | appId, subdomain | INSERT',
      'deletejwk | appId, keyId, subdomain | DELETE',
      'activate_oauth2_client_json_web_key | appId, keyId, subdomain | EXEC',
      'deactivate_oauth2_client_json_web_key | appId, keyId, subdomain | EXEC',
    ]);
  });

  test('every INSERT that is shown can be planned', async () => {
    const resources = okta.providers.flatMap(({ name, services }) =>
      services.flatMap((service) => Object.values(okta.service(name, service).resources)),
    );
    const insertable = resources.filter(({ verbs }) => verbs.insert.length > 0);
    expect(insertable.length).toBeGreaterThan(0);
    for (const { name, verbs } of insertable) {
      const statement = String((await ask(`show insert into ${name}`, {}, okta)).rows[0]?.[0]);
      const names = [...statement.matchAll(/\{\{ (.*?) \}\}/g)].map(([, placeholder = '']) => [placeholder, 'x']);
      const filled = fillPlaceholders(statement, Object.fromEntries(names));
      expect(await planOf(filled), name).toMatchObject({ kind: 'insert', method: { name: verbs.insert[0] } });
    }
  });
});

test.each([
  ['okta.users.users', 'create_user', 'profile, subdomain'],
  ['okta.apps.applications', 'create_application', 'label, signOnMode, subdomain'],
  ['okta.apps.applications', 'replace_application', 'appId, label, signOnMode, subdomain'],
  ['okta.users.users', 'reset_password', 'id, sendEmail, subdomain'],
])('a real StackQL says the same of %s.%s', async (resource, method, required) => {
  const { rows } = await ask(`show methods in ${resource}`, {}, okta);
  expect(rows.find(([name]) => name === method)?.[1]).toBe(required);
});
