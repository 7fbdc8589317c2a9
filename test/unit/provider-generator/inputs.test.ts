import { describe, expect, test } from 'vitest';
import { correct } from '../../../tools/provider/correct.ts';
import type { Facts } from '../../../tools/provider/facts.ts';
import { generate } from '../../../tools/provider/generate.ts';
import { type Correction, readInputs } from '../../../tools/provider/inputs.ts';
import { INPUTS } from './generated.ts';

const inputs = readInputs(INPUTS);

const facts: Facts = {
  version: '1',
  schemas: { Key: { id: { type: 'string' } } },
  members: {},
  operations: [
    {
      id: 'getKey',
      http: 'get',
      path: '/keys/{id}',
      parameters: [{ name: 'id', in: 'path', required: true, type: 'string' }],
      answers: { '200': { media: ['application/json'], kind: 'object', of: 'Key' } },
    },
  ],
};

const corrected = (correction: Omit<Correction, 'reason'>): Facts =>
  correct(facts, [{ reason: 'Seen.', ...correction }]);

describe('corrections', () => {
  test('rename a schema wherever it is used', () => {
    const { schemas, operations } = corrected({ rename: { Key: 'Certificate' } });
    expect(Object.keys(schemas)).toEqual(['Certificate']);
    expect(operations[0]?.answers['200']).toMatchObject({ of: 'Certificate' });
  });

  test('add fields, nulls and parameters', () => {
    const { schemas, operations } = corrected({
      schemas: { Key: { x5c: 'array of:string readOnly' } },
      nullable: { Key: ['id'] },
      parameters: { getKey: [{ name: 'expand', in: 'query', type: 'string' }] },
    });
    expect(schemas['Key']).toEqual({
      id: { type: 'string', nullable: true },
      x5c: { type: 'array', items: 'string', readOnly: true },
    });
    expect(operations[0]?.parameters.map(({ name }) => name)).toEqual(['id', 'expand']);
  });

  test('rename a path parameter in the path too, and move an answer to its real status', () => {
    const { operations } = corrected({ renameParameters: { getKey: { id: 'keyId' } }, status: { getKey: '202' } });
    expect(operations[0]).toMatchObject({ path: '/keys/{keyId}', parameters: [{ name: 'keyId' }] });
    expect(Object.keys(operations[0]?.answers ?? {})).toEqual(['202']);
  });

  test.each<[string, Omit<Correction, 'reason'>]>([
    ['no schema Lock to rename', { rename: { Lock: 'Bolt' } }],
    ['no field Key.kid', { nullable: { Key: ['kid'] } }],
    ['no operation getLock', { status: { getLock: '201' } }],
  ])('fail where they are stale: %s', (message, correction) => {
    expect(() => corrected(correction)).toThrow(message);
  });
});

describe('the other inputs', () => {
  test('fail where they name what is not there', () => {
    const { extensions, descriptions } = inputs;
    const resources = { ...extensions.resources, 'apps.nothing': {} };
    expect(() => generate({ ...inputs, extensions: { ...extensions, resources } })).toThrow('No resource apps.nothing');
    const methods = { ...descriptions.methods, 'apps.jwks.nothing': {} };
    expect(() => generate({ ...inputs, descriptions: { ...descriptions, methods } })).toThrow('apps.jwks.nothing');
  });

  test('have no words for fields and parameters that are nowhere', () => {
    const { schemas, operations } = correct(inputs.facts, inputs.corrections);
    const fields = new Set(Object.values(schemas).flatMap((schema) => Object.keys(schema)));
    const parameters = new Set(operations.flatMap((operation) => operation.parameters.map(({ name }) => name)));
    expect(Object.keys(inputs.descriptions.fields).filter((name) => !fields.has(name))).toEqual([]);
    const named = Object.keys(inputs.descriptions.parameters).map((key) => key.split('.').at(-1) ?? '');
    expect(named.filter((name) => !parameters.has(name))).toEqual([]);
  });
});
