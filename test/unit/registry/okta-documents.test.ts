/** What holds the generated documents of Okta together. */

import { describe, expect, test } from 'vitest';
import { builtInRegistry } from '../../../src/registry/registry.ts';
import { type Method, methodsFor, type Resource } from '../../../src/registry/resource.ts';

const registry = builtInRegistry();
const okta = registry.providers[0];
const resources = (okta?.services ?? []).flatMap((service) =>
  Object.values(registry.service('okta', service).resources),
);
const methods = resources.flatMap((resource) => resource.methods);
const named = (name: string): Resource => registry.resource(name.split('.'));
const columnNames = ({ columns }: Resource): readonly string[] => columns.map(({ name }) => name);

test('the whole API is there under its names', () => {
  expect([okta?.services.length, resources.length, methods.length]).toEqual([57, 202, 731]);
  const count = (verb: Method['verb']): number => methods.filter((method) => method.verb === verb).length;
  expect(
    ['select', 'insert', 'update', 'replace', 'delete', 'exec'].map((verb) => count(verb as Method['verb'])),
  ).toEqual([289, 78, 32, 79, 108, 145]);
});

test('what cannot be called is known, and only that', () => {
  const unsupported = methods.filter((method) => method.unsupported !== undefined).map(({ key }) => key);
  expect(unsupported).toEqual([
    'okta.apps.applications.upload_application_logo',
    'okta.apps.csrs.publish_csr_from_application',
    'okta.brands.themes.upload_brand_theme_background_image',
    'okta.brands.themes.upload_brand_theme_favicon',
    'okta.brands.themes.upload_brand_theme_logo',
    'okta.idps.csrs.publish_csr_for_identity_provider',
    'okta.security.ssf_security_event_tokens.publish_security_event_tokens',
  ]);
});

describe('parents', () => {
  const children = resources.filter(({ parent }) => parent !== undefined);

  test('exist, and have the columns that they supply or are chosen by', () => {
    expect(children.length).toBeGreaterThan(90);
    for (const { name, parent } of children) {
      const columns = columnNames(named(parent?.resource ?? ''));
      for (const column of [...Object.values(parent?.supplies ?? {}), ...Object.keys(parent?.where ?? {})]) {
        expect(columns, `${name} <- ${parent?.resource}`).toContain(column);
      }
    }
  });

  test('end somewhere', () => {
    for (const child of children) {
      const line = [child.name];
      for (let parent = child.parent; parent !== undefined; parent = named(parent.resource).parent) {
        expect(line).not.toContain(parent.resource);
        line.push(parent.resource);
      }
    }
  });
});

test('every table that can be selected from has columns', () => {
  const empty = resources.filter((resource) => {
    const selects = methodsFor(resource, 'select');
    return selects.length > 0 && !resource.columns.some(({ origin }) => origin === 'response');
  });
  expect(empty.map(({ name }) => name)).toEqual([]);
});

test('client secrets are marked wherever they are a column', () => {
  const clear = resources.flatMap(({ name, columns }) =>
    columns.filter((column) => column.name === 'client_secret' && column.secrets === undefined).map(() => name),
  );
  expect(clear).toEqual([]);
});

test('a page size names a parameter of its method', () => {
  for (const { key, pageSize, parameters } of methods) {
    if (pageSize !== undefined)
      expect(
        parameters.map(({ name }) => name),
        key,
      ).toContain(pageSize.parameter);
  }
});

test('a lost answer is made up for only where Okta keeps a name unique', () => {
  const confirmed = methods.filter(({ confirm }) => confirm !== undefined);
  expect(confirmed.map(({ key, confirm }) => [key, confirm])).toEqual([
    ['okta.apps.jwks.add_jwk', { method: 'list_jwk', match: ['kid'], same: ['n', 'e', 'x', 'y'] }],
  ]);
});
