import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { extract } from '../../../tools/provider/extract.ts';
import { type Facts, factsFromJson, factsToJson } from '../../../tools/provider/facts.ts';
import { INPUTS } from './generated.ts';

type Json = Readonly<Record<string, unknown>>;

const ref = (name: string): Json => ({ $ref: `#/components/schemas/${name}` });
const json = (schema: Json): Json => ({ content: { 'application/json': { schema } } });
const text = { type: 'string' };

const specification = {
  info: { version: '1' },
  paths: {
    '/zoos/{zooId}/animals': {
      parameters: [{ $ref: '#/components/parameters/zoo' }],
      get: {
        operationId: 'listAnimals',
        parameters: [
          { name: 'limit', in: 'query', schema: { type: 'integer', maximum: 50, format: 'A few of them.' } },
        ],
        responses: { 200: json({ type: 'array', items: ref('Animal') }), 404: {} },
      },
      post: {
        operationId: 'addAnimal',
        requestBody: { required: true, ...json(ref('Animal')) },
        responses: { 201: json(ref('Cat')), 204: {} },
      },
    },
    '/keepers': { get: { operationId: 'listKeepers', responses: { 200: json(ref('Keepers')) } } },
    '/linked': { get: { operationId: 'getLinked', responses: { 200: json(ref('Linked')) } } },
    '/names': { get: { operationId: 'listNames', responses: { 200: json({ type: 'array', items: text }) } } },
  },
  components: {
    parameters: { zoo: { name: 'zooId', in: 'path', required: true, schema: text } },
    schemas: {
      Animal: {
        required: ['name'],
        properties: {
          name: { ...text, description: 'What it answers to.' },
          born: { type: 'string', format: 'date-time', readOnly: true },
          food: { enum: ['hay', 'fish'] },
        },
        discriminator: {
          propertyName: 'kind',
          mapping: { CAT: '#/components/schemas/Cat', OWL: '#/components/schemas/Owl' },
        },
      },
      Cat: {
        allOf: [ref('Animal'), { properties: { lives: { type: 'integer' }, tags: { type: 'array', items: text } } }],
      },
      Owl: { allOf: [ref('Animal'), { properties: { lives: text, nest: ref('Nest') } }] },
      Linked: {
        properties: {
          _links: {
            allOf: [{ properties: { self: ref('Link') } }, { properties: { rule: ref('Link'), help: ref('Href') } }],
          },
        },
      },
      Link: {
        allOf: [ref('Href'), { properties: { hints: { properties: { allow: { type: 'array', items: text } } } } }],
      },
      Href: { properties: { href: text } },
      Nest: { nullable: true, properties: { eggs: { type: 'integer' } } },
      Keepers: {
        properties: { keepers: { type: 'array', items: { properties: { id: text } } }, _links: { type: 'object' } },
      },
    },
  },
};

const facts = extract(specification);
const operation = (id: string): Facts['operations'][number] | undefined =>
  facts.operations.find((candidate) => candidate.id === id);

describe('operations', () => {
  test('have the parameters of the path item too; a format that is a sentence is left out', () => {
    expect(operation('listAnimals')?.parameters).toEqual([
      { name: 'zooId', in: 'path', required: true, type: 'string' },
      { name: 'limit', in: 'query', type: 'integer', maximum: 50 },
    ]);
  });

  test('have all successful answers, and no others', () => {
    expect(operation('addAnimal')?.answers).toEqual({
      201: { media: ['application/json'], kind: 'object', of: 'Cat' },
      204: null,
    });
    expect(Object.keys(operation('listAnimals')?.answers ?? {})).toEqual(['200']);
  });

  test('say where a wrapped list stands, and what a list of texts holds', () => {
    expect(operation('listKeepers')?.answers['200']).toEqual({
      media: ['application/json'],
      kind: 'list',
      of: 'ListKeepersItem',
      at: '$.keepers',
    });
    expect(operation('listNames')?.answers['200']).toMatchObject({ kind: 'scalars', of: 'string' });
  });
});

describe('schemas', () => {
  test('unite the variants; a field of two types is an object, one of a variant only is not required', () => {
    expect(facts.schemas['Animal']).toEqual({
      name: { type: 'string', required: true },
      born: { type: 'string', format: 'date-time', readOnly: true },
      food: { type: 'string' },
      lives: { type: 'object' },
      tags: { type: 'array', items: 'string' },
      nest: { type: 'object', nullable: true },
    });
  });

  test('a variant has its base, but not the other variants', () => {
    expect(Object.keys(facts.schemas['Cat'] ?? {})).toEqual(['name', 'born', 'food', 'lives', 'tags']);
  });
});

test('links are known by name where they say what they take', () => {
  expect(facts.schemas['Linked']).toEqual({ _links: { type: 'object', links: ['self', 'rule'] } });
});

test('facts are written and read without loss', () => {
  const written = factsToJson(facts);
  expect(factsToJson(factsFromJson(written))).toBe(written);
  expect(factsFromJson(written).schemas).toEqual(facts.schemas);
});

test('the committed facts hold no sentence', () => {
  const words: string[] = [];
  JSON.parse(readFileSync(join(INPUTS, 'facts.json'), 'utf8'), (key, value) => {
    words.push(key, ...(typeof value === 'string' ? [value] : []));
    return value;
  });
  expect(words.filter((word) => word.split(' ').length > 6)).toEqual([]);
});
