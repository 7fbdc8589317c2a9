import { describe, expect, test } from 'vitest';
import type { Method, Resource } from '../../../src/registry/resource.ts';
import { examplesOf } from '../../../tools/docs/examples.ts';
import type { PageInput } from '../../../tools/docs/inputs.ts';
import { resourcePage } from '../../../tools/docs/page.ts';
import { registryOf } from '../plan/fixture.ts';

const ok = (schema: string): string =>
  `responses: { "200": { description: ok, content: { application/json: { schema: ${schema} } } } }`;
const GONE = 'responses: { "204": { description: gone } }';
const body = (schema: string): string => `requestBody: { content: { application/json: { schema: ${schema} } } }`;
const path = (name: string): string => `{ name: ${name}, in: path, required: true, schema: { type: string } }`;
const operation = (at: string, verb: string): string => `operation: { $ref: "#/paths/${at}/${verb}" }`;
const verb = (name: string): string => `[{ $ref: "#/components/x-stackQL-resources/things/methods/${name}" }]`;
const THING = '{ $ref: "#/components/schemas/Thing" }';

/** Boxes with things in them: one method of every kind. */
const STORE = registryOf(
  'store',
  'stock',
  `
openapi: 3.0.3
info: { title: Stock }
servers: [{ url: "https://{subdomain}.example.com", variables: { subdomain: { default: x } } }]
paths:
  /boxes: { get: { ${ok('{ type: array, items: { type: object, properties: { id: { type: string }, name: { type: string } } } }')} } }
  /boxes/{boxId}/things:
    get: { parameters: [${path('boxId')}], ${ok(`{ type: array, items: ${THING} }`)} }
    post: { parameters: [${path('boxId')}], ${body(THING)}, ${ok(THING)} }
    patch: { parameters: [${path('boxId')}], ${body('{ type: array, items: { type: string } }')}, ${GONE} }
  /boxes/{boxId}/things/{thingId}:
    get: { parameters: [${path('boxId')}, ${path('thingId')}], ${ok(THING)} }
    put: { parameters: [${path('boxId')}, ${path('thingId')}], ${body(THING)}, ${GONE} }
    delete: { parameters: [${path('boxId')}, ${path('thingId')}], ${GONE} }
  /boxes/{boxId}/things/{thingId}/hide: { post: { parameters: [${path('boxId')}, ${path('thingId')}], ${GONE} } }
  /boxes/{boxId}/picture: { post: { parameters: [${path('boxId')}], requestBody: { content: { image/png: { schema: { type: string } } } }, ${GONE} } }
components:
  schemas:
    Thing:
      type: object
      required: [default]
      properties:
        id: { type: string, readOnly: true }
        status: { type: string }
        default: { type: boolean }
        name: { type: string }
        pin: { type: string }
  x-stackQL-resources:
    boxes:
      methods: { list_boxes: { ${operation('~1boxes', 'get')} } }
      sqlVerbs: { select: [{ $ref: "#/components/x-stackQL-resources/boxes/methods/list_boxes" }] }
    things:
      x-oktaql:
        aliases: { thingId: id }
        secrets: [pin]
        parent: { resource: store.stock.boxes, supplies: { boxId: id }, where: { name: [red] } }
        transitions: { status: { HIDDEN: hide } }
      methods:
        list_things: { ${operation('~1boxes~1{boxId}~1things', 'get')} }
        get_thing: { ${operation('~1boxes~1{boxId}~1things~1{thingId}', 'get')} }
        add_thing: { ${operation('~1boxes~1{boxId}~1things', 'post')} }
        sort_things: { ${operation('~1boxes~1{boxId}~1things', 'patch')} }
        replace_thing: { ${operation('~1boxes~1{boxId}~1things~1{thingId}', 'put')} }
        delete_thing: { ${operation('~1boxes~1{boxId}~1things~1{thingId}', 'delete')} }
        hide: { ${operation('~1boxes~1{boxId}~1things~1{thingId}~1hide', 'post')} }
        picture: { ${operation('~1boxes~1{boxId}~1picture', 'post')} }
      sqlVerbs:
        select: [{ $ref: "#/components/x-stackQL-resources/things/methods/get_thing" }, { $ref: "#/components/x-stackQL-resources/things/methods/list_things" }]
        insert: ${verb('add_thing')}
        update: ${verb('sort_things')}
        replace: ${verb('replace_thing')}
        delete: ${verb('delete_thing')}
`,
);

const THINGS = STORE.resource(['store', 'stock', 'things']);
const examples = (input: PageInput = {}): ReturnType<typeof examplesOf> =>
  examplesOf(THINGS, { registry: STORE, inputs: { 'stock.things': input } });
const textsOf = async (method: string, input?: PageInput): Promise<readonly string[]> =>
  ((await examples(input)).get(method) ?? []).map(({ sql }) => sql);

const IDS = "WHERE subdomain = '{{ subdomain }}' AND boxId = '{{ boxId }}' AND thingId = '{{ thingId }}';";
const EXEC_IDS = "  @subdomain = '{{ subdomain }}', @boxId = '{{ boxId }}', @thingId = '{{ thingId }}';";

describe('a method is shown', () => {
  test.each([
    {
      what: 'with and without what a parent supplies, and joined with the parents that can have some',
      method: 'list_things',
      texts: [
        `SELECT boxId, id, name, status, "default"\nFROM store.stock.things\nWHERE subdomain = '{{ subdomain }}';`,
        `SELECT id, name, status, "default"\nFROM store.stock.things\nWHERE subdomain = '{{ subdomain }}' AND boxId = '{{ boxId }}';`,
        `SELECT b.name, t.id, t.name, t.status, t."default"\nFROM store.stock.boxes b\nJOIN store.stock.things t ON t.boxId = b.id AND t.subdomain = b.subdomain\nWHERE b.subdomain = '{{ subdomain }}' AND b.name = 'red';`,
      ],
    },
    {
      what: 'by its ids only where nothing else finds it',
      method: 'get_thing',
      texts: [`SELECT id, name, status, "default"\nFROM store.stock.things\n${IDS}`],
    },
    {
      what: 'with what it requires, then what people set; a name that SQL reads as a word is quoted',
      method: 'add_thing',
      texts: [
        `INSERT INTO store.stock.things (subdomain, boxId, "default", name, pin)\nSELECT '{{ subdomain }}', '{{ boxId }}', true, '{{ name }}', '{{ pin }}'\nRETURNING id;`,
      ],
    },
    {
      what: 'by EXEC where nothing is known of its body',
      method: 'sort_things',
      texts: [
        `EXEC store.stock.things.sort_things\n  @subdomain = '{{ subdomain }}', @boxId = '{{ boxId }}', @@json = '{{ json }}';`,
      ],
    },
    {
      what: 'as REPLACE',
      method: 'replace_thing',
      texts: [`REPLACE store.stock.things\nSET "default" = true, name = '{{ name }}', pin = '{{ pin }}'\n${IDS}`],
    },
    { what: 'as DELETE', method: 'delete_thing', texts: [`DELETE FROM store.stock.things\n${IDS}`] },
    {
      what: 'as the UPDATE that it carries out',
      method: 'hide',
      texts: [`EXEC store.stock.things.hide\n${EXEC_IDS}`, `UPDATE store.stock.things\nSET status = 'HIDDEN'\n${IDS}`],
    },
    { what: 'not at all where it cannot be called', method: 'picture', texts: [] },
  ])('$what', async ({ method, texts }) => {
    expect(await textsOf(method)).toEqual(texts);
  });
});

describe('what a person adds', () => {
  test('chooses the attributes', async () => {
    const [sql = ''] = await textsOf('add_thing', { attributes: { add_thing: ['name', 'default'] } });
    expect(sql.split('\n')[0]).toBe('INSERT INTO store.stock.things (subdomain, boxId, name, "default")');
  });

  test.each([
    [{ add_thin: ['name'] }, /has no method add_thin/],
    [{ add_thing: ['nam'] }, /add_thing has no attribute nam/],
  ])('is refused where there is no such thing: %j', async (attributes, message) => {
    await expect(examples({ attributes })).rejects.toThrow(message);
  });

  test('stands under the method that it calls', async () => {
    const sql = "SELECT id FROM store.stock.things WHERE subdomain = 'a' AND boxId = 'b' AND id = 'c';";
    expect(await textsOf('get_thing', { examples: [{ title: 'By id:', sql }] })).toContain(sql);
  });

  test.each([
    ["DELETE FROM store.stock.things WHERE subdomain = 'a';", /no method of store.stock.things fits/],
    ["SELECT nosuch FROM store.stock.thing WHERE subdomain = 'a';", /no resource "thing"/],
    ['SELECT 1; SELECT 2;', /one statement/],
  ])('is refused where it does not run: %s', async (sql, message) => {
    await expect(examples({ examples: [{ title: '', sql }] })).rejects.toThrow(message);
  });
});

describe('the page', () => {
  const page = async (resource: Resource): Promise<string> =>
    resourcePage(resource, await examples(), { text: 'Handle with care.' });

  test.each([
    ['the parent', 'Below [store.stock.boxes](../stock/boxes.md): its `id` is `boxId` here, of those with `name` red.'],
    ['what a person adds', 'Handle with care.'],
    ['an alias', '| `thingId` | VARCHAR |  | same as id |'],
    ['a secret', '| `pin` | VARCHAR |  | secret |'],
    ['where a parameter may come from', '| `boxId` | path | VARCHAR | yes, or from `store.stock.boxes.id` |'],
    ['why a method cannot be called', 'It cannot be called: its body is image/png.'],
    ['a body of which nothing is known', 'The documents name no attribute of its body.'],
  ])('says %s', async (_what, text) => {
    expect(await page(THINGS)).toContain(text);
  });

  test('keeps texts of documents from becoming HTML or another cell', async () => {
    const [list] = THINGS.methods;
    const method: Method = { ...(list as Method), description: 'Takes <b> or a | b.' };
    const columns = THINGS.columns.map((column) => ({ ...column, description: 'x | <y>' }));
    const text = await page({ ...THINGS, methods: [method], columns });
    expect(text).toContain('Takes &lt;b> or a | b.');
    expect(text).toContain('| `pin` | VARCHAR | x \\| &lt;y> | secret |');
  });
});
