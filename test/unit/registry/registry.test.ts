import { describe, expect, test } from 'vitest';
import { BindError } from '../../../src/errors.ts';
import { compileService } from '../../../src/registry/compile.ts';
import { builtInRegistry, createRegistry } from '../../../src/registry/registry.ts';
import { methodsFor } from '../../../src/registry/resource.ts';
import { asFile, serviceDocument } from './documents.ts';

describe('look-ups', () => {
  const registry = builtInRegistry();

  test.each([['okta.apps.jwks'], ['OKTA.Apps.JWKS'], ['Okta.apps.Jwks']])('%s is found in any case', (name) => {
    expect(registry.resource(name.split('.')).name).toBe('okta.apps.jwks');
    expect(registry.method([...name.split('.'), 'GET_jwk']).method.key).toBe('okta.apps.jwks.get_jwk');
  });

  test.each([
    {
      name: 'octa.apps.jwks',
      code: 'UNKNOWN_PROVIDER',
      unknownName: 'octa',
      nearest: ['okta'],
      hint: 'Did you mean okta?',
    },
    {
      name: 'okta.app.jwks',
      code: 'UNKNOWN_SERVICE',
      unknownName: 'app',
      nearest: ['apps', 'mappings'],
      hint: 'Did you mean apps',
    },
    {
      name: 'okta.apps.jwk',
      code: 'UNKNOWN_RESOURCE',
      unknownName: 'jwk',
      nearest: ['jwks'],
      hint: 'Did you mean jwks?',
    },
    {
      name: 'okta.apps.people',
      code: 'UNKNOWN_RESOURCE',
      unknownName: 'people',
      nearest: [],
      hint: 'There are applications, connections, connection_jwks, csrs, jwks,',
    },
    { name: 'okta.apps.toString', code: 'UNKNOWN_RESOURCE', unknownName: 'toString', nearest: [], hint: 'There are' },
    { name: 'okta.jwks', code: 'UNKNOWN_RESOURCE', unknownName: 'okta.jwks', nearest: [], hint: 'okta.apps.jwks' },
    {
      name: 'a.okta.apps.jwks',
      code: 'UNKNOWN_RESOURCE',
      unknownName: 'a.okta.apps.jwks',
      nearest: [],
      hint: 'provider.service.resource',
    },
  ])('there is no table $name', ({ name, hint, ...facts }) => {
    const act = (): unknown => registry.resource(name.split('.'));
    expect(act).toThrow(BindError);
    expect(act).toThrow(expect.objectContaining({ ...facts, hint: expect.stringContaining(hint) }));
  });

  test.each([
    { name: 'okta.apps.jwks.get_jwks', unknownName: 'get_jwks', nearest: ['get_jwk'], hint: 'get_jwk' },
    { name: 'okta.apps.jwks', unknownName: 'okta.apps.jwks', nearest: [], hint: 'provider.service.resource.method' },
  ])('there is no method $name', ({ name, unknownName, nearest, hint }) => {
    const act = (): unknown => registry.method(name.split('.'));
    expect(act).toThrow(
      expect.objectContaining({ code: 'UNKNOWN_METHOD', unknownName, hint: expect.stringContaining(hint) }),
    );
    if (nearest.length > 0) expect(act).toThrow(expect.objectContaining({ nearest: expect.arrayContaining(nearest) }));
  });

  test('what it gives is frozen', () => {
    const { columns } = registry.resource(['okta', 'apps', 'jwks']);
    expect(Object.isFrozen(columns)).toBe(true);
    expect(Object.isFrozen(columns[0])).toBe(true);
    expect(registry.providers).toHaveLength(1);
  });
});

describe('a registry of its own', () => {
  const providers = [
    { name: 'demo', version: 'v1', title: '', description: '', services: ['things', 'Things'], summaries: {} },
  ];
  const loaded: string[] = [];
  const registry = createRegistry({
    providers,
    loadService: (provider, service) => {
      loaded.push(`${provider}.${service}`);
      return compileService(provider, service, asFile(serviceDocument()));
    },
  });

  test('reads a service once, when it is first named', () => {
    expect(loaded).toEqual([]);
    const { resource } = registry.method(['DEMO', 'things', 'items', 'list']);
    expect(registry.resource(['demo', 'things', 'ITEMS'])).toBe(resource);
    expect(loaded).toEqual(['demo.things']);
  });

  test('prefers the exact spelling', () => {
    expect(registry.service('demo', 'Things').name).toBe('Things');
  });

  test('methods of a verb come in the order in which they are tried', () => {
    const items = registry.resource(['demo', 'things', 'items']);
    expect(methodsFor(items, 'select').map(({ name }) => name)).toEqual(['get', 'list']);
    expect(methodsFor(items, 'update')).toEqual([]);
  });
});
