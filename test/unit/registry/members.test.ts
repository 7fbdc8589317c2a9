import { describe, expect, test } from 'vitest';

import { compileService } from '../../../src/registry/compile.ts';
import { itemHolder, listMembers, memberAt, membersNamed } from '../../../src/registry/members.ts';
import { builtInRegistry } from '../../../src/registry/registry.ts';
import type { MemberTypes, TableColumn } from '../../../src/registry/resource.ts';

const MEMBERS: MemberTypes = {
  login: 'VARCHAR',
  Kind: 'BIGINT',
  kind: 'BOOLEAN',
  seen: 'TIMESTAMPTZ',
  manager: { id: 'VARCHAR' },
  keys: [{ kid: 'VARCHAR', n: 'BIGINT' }],
};

describe('the member at a path', () => {
  test.each<[path: readonly (string | number)[], found: readonly (string | number)[], type: string]>([
    [['login'], ['login'], 'VARCHAR'],
    [['LOGIN'], ['login'], 'VARCHAR'],
    [['Kind'], ['Kind'], 'BIGINT'],
    [['kind'], ['kind'], 'BOOLEAN'],
    // Two differ from it by case only: neither is meant for sure.
    [['KIND'], ['KIND'], 'VARCHAR'],
    [['seen'], ['seen'], 'TIMESTAMPTZ'],
    [['manager'], ['manager'], 'JSON'],
    [['Manager', 'ID'], ['manager', 'id'], 'VARCHAR'],
    [['manager', 'other'], ['manager', 'other'], 'VARCHAR'],
    [['nosuch', 'deeper'], ['nosuch', 'deeper'], 'VARCHAR'],
    [['keys'], ['keys'], 'JSON'],
    [['keys', 0], ['keys', 0], 'JSON'],
    [['keys', 0, 'N'], ['keys', 0, 'n'], 'BIGINT'],
    [['keys', 'n'], ['keys', 'n'], 'VARCHAR'],
    [['login', 'x'], ['login', 'x'], 'VARCHAR'],
    [['constructor'], ['constructor'], 'VARCHAR'],
  ])('%j', (path, found, type) => {
    expect(memberAt({ members: MEMBERS }, path)).toEqual({ path: found, type });
  });
});

/** A service whose list has rows of this schema. */
function columnsOf(properties: string): readonly TableColumn[] {
  const text = `
openapi: 3.0.0
info: { title: t }
servers: [{ url: 'https://example.com' }]
paths:
  /things:
    get:
      responses:
        '200': { content: { application/json: { schema: { type: array, items: { $ref: '#/components/schemas/Thing' } } } } }
components:
  schemas:
    Thing: { type: object, properties: ${properties} }
    Loop: { type: object, properties: { name: { type: string }, next: { $ref: '#/components/schemas/Loop' } } }
  x-stackQL-resources:
    things:
      methods: { list: { operation: { $ref: '#/paths/~1things/get' }, response: { openAPIDocKey: '200' } } }
      sqlVerbs: { select: [{ $ref: '#/components/x-stackQL-resources/things/methods/list' }] }
`;
  return compileService('p', 's', { file: 's.yaml', text }).resources['things']?.columns ?? [];
}

describe('what schemas say', () => {
  test.each<[properties: string, members: TableColumn['members']]>([
    [
      '{ a: { type: object, properties: { b: { type: integer }, c: { type: string, format: date-time } } } }',
      { b: 'BIGINT', c: 'TIMESTAMPTZ' },
    ],
    ['{ a: { type: array, items: { type: object, properties: { b: { type: boolean } } } } }', [{ b: 'BOOLEAN' }]],
    [
      '{ a: { allOf: [{ properties: { b: { type: number } } }, { properties: { c: { type: object } } }] } }',
      { b: 'DOUBLE', c: 'JSON' },
    ],
    [
      '{ a: { oneOf: [{ properties: { b: { type: number } } }, { properties: { b: { type: string } } }] } }',
      { b: 'VARCHAR' },
    ],
    ['{ a: { type: object, properties: { b: {} } } }', { b: 'VARCHAR' }],
    ['{ a: { type: object } }', undefined],
    [
      '{ a: { type: object, x-oktaql: { members: { b: integer, c: [date-time] } } } }',
      { b: 'BIGINT', c: ['TIMESTAMPTZ'] },
    ],
    // A schema that holds itself ends, and one that is wrong further down was good enough before.
    ["{ a: { $ref: '#/components/schemas/Loop' } }", { name: 'VARCHAR', next: 'JSON' }],
    ["{ a: { type: object, properties: { b: { $ref: '#/nowhere' } } } }", { b: 'JSON' }],
  ])('%s', (properties, members) => {
    expect(columnsOf(properties).find(({ name }) => name === 'a')?.members).toEqual(members);
  });
});

describe('the documents of Okta', () => {
  const registry = builtInRegistry();
  const users = registry.resource(['okta', 'users', 'users']);

  test('know the members that people ask for', () => {
    const type = (column: string, ...path: readonly string[]): string =>
      memberAt(users.columns.find(({ name }) => name === column) ?? {}, path).type;
    expect(type('profile', 'login')).toBe('VARCHAR');
    expect(type('credentials', 'password', 'hash', 'workFactor')).toBe('BIGINT');
    expect(memberAt(itemHolder(users), ['created']).type).toBe('TIMESTAMPTZ');
    expect(membersNamed(users, 'LOGIN')).toEqual(['profile.login']);
    const [profile] = users.columns.filter(({ name }) => name === 'profile');
    expect(profile && listMembers(profile)).toContainEqual({ name: 'profile.login', type: 'VARCHAR' });
  });

  const resources = registry.providers
    .flatMap(({ name, services }) => services.map((service) => registry.service(name, service)))
    .flatMap((service) => Object.values(service.resources))
    .filter(({ verbs }) => verbs.select.length > 0);

  test.each(resources.map((resource) => [resource.name, resource] as const))(
    '%s has _raw, hidden, with all secrets',
    (_name, resource) => {
      const raw = resource.columns.filter(({ origin }) => origin === 'raw');
      expect(raw.map(({ name, type }) => [name, type])).toEqual([['_raw', 'JSON']]);
      const ofColumns = resource.columns.flatMap(({ name, wireName = name, secrets = [], origin, isAlias }) =>
        origin === 'response' && isAlias !== true ? secrets.map((path) => [wireName, ...path].join('.')) : [],
      );
      expect((raw[0]?.secrets ?? []).map((path) => path.join('.')).toSorted()).toEqual(
        expect.arrayContaining(ofColumns),
      );
    },
  );
});
