/** What holds the generated documents of Okta together. */

import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { redactBody, secretsIn } from '../../../src/http/trace/redact.ts';
import { builtInRegistry } from '../../../src/registry/registry.ts';
import { changingMethods, type Method, methodsFor, type Resource } from '../../../src/registry/resource.ts';

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
  ).toEqual([289, 78, 29, 78, 100, 157]);
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
      for (const column of [
        ...Object.values(parent?.supplies ?? {}),
        ...Object.keys(parent?.where ?? {}),
        ...Object.keys(parent?.unless ?? {}).map((at) => at.split('.')[0] ?? at),
      ]) {
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

test('what documents call a secret is taken out of what is logged and quoted, too', () => {
  const secret = 'planted-S3CRET-value';
  const shown = methods.flatMap(({ key, body, response }) => {
    const ofAnswer = response.fields.flatMap(({ name, secrets = [] }) => secrets.map((path) => [name, ...path]));
    return [...(body?.secrets ?? []), ...ofAnswer]
      .map((path) => path.reduceRight<unknown>((inner, name) => ({ [name]: inner }), secret))
      .map((object) => JSON.stringify(object))
      .filter((text) => redactBody(text, 'application/json', []).includes(secret) || !secretsIn(text).includes(secret))
      .map((text) => `${key} ${text}`);
  });
  expect(shown).toEqual([]);
});

describe('methods that change rows', () => {
  const changes = resources.flatMap((resource) =>
    (['update', 'replace', 'delete'] as const).flatMap((verb) =>
      methodsFor(resource, verb).map((method) => ({ resource, verb, method })),
    ),
  );
  const isWhole = ({ resource, verb, method }: (typeof changes)[number]): boolean =>
    !changingMethods(resource, verb).includes(method);

  test('name an object of their table: what changes all of them, or none, is for EXEC', () => {
    expect(changes.length).toBeGreaterThan(200);
    expect(changes.filter(isWhole).map(({ method }) => method.key)).toEqual([]);
  });

  // By the addresses alone, apart from what the product takes for a name.
  test('end in an id, or are those of an object of which there is one', () => {
    const listed = new Set(methods.filter(({ response }) => response.kind === 'list').map(({ path }) => path));
    const wholeList = changes.filter(
      ({ method, resource }) => listed.has(method.path) && resource.isSingleton !== true,
    );
    expect(wholeList.map(({ method }) => `${method.key} ${method.path}`)).toEqual([
      // Its id is a query parameter, which it cannot be called without.
      'okta.ssf.ssf_streams.delete_ssf_stream /api/v1/ssf/stream',
    ]);
  });

  test('lifecycle methods among them', () => {
    for (const { transitions = {}, methods: own, isSingleton } of resources) {
      const names = Object.values(transitions).flatMap((values) => Object.values(values));
      for (const method of own.filter(({ name }) => names.includes(name) && isSingleton !== true)) {
        expect(method.path, method.key).toMatch(/\{[^}]+\}\/\w+/);
      }
    }
  });
});

test('secrets that only bodies hold are marked too', () => {
  const names = [
    'password',
    'secretKey',
    'clientSecret',
    'privateKey',
    'providerAuthToken',
    'newPassword',
    'oldPassword',
  ];
  const clear = methods.flatMap(({ key, body }) =>
    (body?.fields ?? [])
      .filter(({ name }) => names.includes(name) && !(body?.secrets ?? []).some(([column]) => column === name))
      .map(({ name }) => `${key} ${name}`),
  );
  expect(clear).toEqual([]);
});

describe('methods that replace an object of which UPDATE changes a part', () => {
  const replacing = resources.flatMap((resource) =>
    resource.methods.filter(({ replaces }) => replaces !== undefined).map((method) => ({ resource, method })),
  );

  test('are those that put what a GET of the same address reads', () => {
    expect(replacing.length).toBeGreaterThan(50);
    for (const { resource, method } of replacing) {
      const read = resource.methods.find(({ name }) => name === method.replaces?.read);
      expect([method.httpMethod, read?.path], method.key).toEqual(['PUT', method.path]);
    }
  });

  test('take no attribute that the object does not show', () => {
    const blind = replacing.filter(({ resource, method }) => {
      const read = resource.methods.find(({ name }) => name === method.replaces?.read);
      const shown = new Set(read?.response.fields.map(({ name }) => name));
      return method.body?.fields.some(({ name }) => !shown.has(name));
    });
    expect(blind.map(({ method }) => method.key)).toEqual([]);
  });

  // The rest has a method that changes a part, no GET at its address, or no body.
  test('are all that could be, but for three', () => {
    const others = resources.flatMap((resource) =>
      resource.verbs.update.length > 0
        ? []
        : methodsFor(resource, 'replace').filter(
            ({ body, path, replaces }) =>
              body !== undefined &&
              replaces === undefined &&
              resource.methods.some((one) => one.httpMethod === 'GET' && one.path === path),
          ),
    );
    expect(others.map(({ key }) => key)).toEqual([
      'okta.apps.features.update_feature_for_application',
      'okta.iam.governance_bundles.replace_governance_bundle',
      'okta.users.user_risk.upsert_user_risk',
    ]);
  });

  test('name what Okta takes and never returns', () => {
    const withheld = replacing.flatMap(({ method: { key, replaces } }) =>
      (replaces?.withheld ?? []).map(({ path }) => `${key.split('.')[2]} ${path}`),
    );
    expect(withheld).toEqual([
      'applications credentials.password.value',
      'authenticators provider.configuration.secretKey',
      'authenticators provider.configuration.sharedSecret',
      'event_hooks channel.config.authScheme.value',
      'identity_providers protocol.credentials.bearer.apiKey',
      'push_providers configuration.tokenSigningKey',
      'push_providers configuration.serviceAccountJson',
    ]);
  });
});

test('answers that are shown once are those that docs/sql.md lists', () => {
  const page = readFileSync(new URL('../../../docs/sql.md', import.meta.url), 'utf8');
  const [, table = ''] = page.split('### Answers that are shown once');
  const rows = [...(table.split('\n## ')[0]?.matchAll(/^\| (`.*) \| (`.*) \|$/gm) ?? [])];
  const listed = rows.flatMap(([, names = '', secrets = '']) => {
    const [first = '', ...more] = [...names.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name);
    const resource = first.slice(0, first.lastIndexOf('.'));
    const columns = [...secrets.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name);
    return [first, ...more.map((name) => resource + name)].map((key) => [key, columns]);
  });
  const marked = methods.flatMap(({ key, once }) => (once === undefined ? [] : [[key, once.secrets]]));
  expect(listed.toSorted()).toEqual(marked.toSorted());
  expect(marked.length).toBeGreaterThan(8);
});

describe('rows that come twice', () => {
  const lists = resources.flatMap((resource) =>
    methodsFor(resource, 'select')
      .filter(({ response }) => response.kind === 'list')
      .map((method) => ({ resource, method })),
  );

  test('are told by a field of the items', () => {
    for (const { resource, method } of lists) {
      if (resource.id !== undefined)
        expect(
          method.response.fields.map(({ name }) => name),
          method.key,
        ).toContain(resource.id);
    }
  });

  test('are not told by what the list was asked for', () => {
    expect(lists.filter(({ resource, method }) => method.parameters.some(({ name }) => name === resource.id))).toEqual(
      [],
    );
  });

  // Of these it is known, or cannot be excluded, that two items of one list look alike.
  test('stay where the items of a list with pages have no id', () => {
    const without = lists.filter(({ resource, method }) => resource.id === undefined && method.pageSize !== undefined);
    expect(without.map(({ resource }) => resource.name)).toEqual([
      'okta.groups.owners',
      'okta.groups.app_targets',
      'okta.oauth2.app_target_roles',
      'okta.users.admin_app_targets',
      'okta.users.role_targets',
    ]);
  });

  // An object whose address is that of the list and its id cannot be twice in the list. The others here have an address
  // elsewhere (apps, users, groups, features, keys), or an id that Okta says is theirs: events, tokens, operations.
  test('are told by an id that is unique', () => {
    const paths = new Set(methods.map(({ path }) => path));
    const isAddress = ({ resource: { aliases, named, id = '' }, method }: (typeof lists)[number]): boolean => {
      const sameAs = Object.entries({ ...aliases, ...named }).filter(([, field]) => field === id);
      return [...sameAs.map(([name]) => name), id].some((parameter) => paths.has(`${method.path}/{${parameter}}`));
    };
    const others = lists.filter((list) => list.resource.id !== undefined && !isAddress(list));
    expect(others.map(({ resource, method }) => `${resource.name}: ${resource.id}, ${method.path}`)).toEqual([
      'okta.agentpools.agent_pools: id, /api/v1/agentPools',
      'okta.authorizationservers.clients: client_id, /api/v1/authorizationServers/{authServerId}/clients',
      'okta.brands.domains: id, /api/v1/brands/{brandId}/domains',
      'okta.features.feature_dependencies: id, /api/v1/features/{featureId}/dependencies',
      'okta.features.feature_dependents: id, /api/v1/features/{featureId}/dependents',
      'okta.groups.assigned_apps: id, /api/v1/groups/{groupId}/apps',
      'okta.iam.users_with_role_assignments: id, /api/v1/iam/assignees/users',
      'okta.iam.bundle_entitlements: id, /api/v1/iam/governance/bundles/{bundleId}/entitlements',
      'okta.iam.bundle_entitlement_values: id, /api/v1/iam/governance/bundles/{bundleId}/entitlements/{entitlementId}/values',
      'okta.idps.active_idp_signing_keys: kid, /api/v1/idps/{idpId}/credentials/keys/active',
      'okta.idps.social_auth_tokens: id, /api/v1/idps/{idpId}/users/{userId}/credentials/tokens',
      'okta.logs.system_log_events: uuid, /api/v1/logs',
      'okta.policies.policy_apps: id, /api/v1/policies/{policyId}/app',
      'okta.realm_assignments.realm_assignment_operations: id, /api/v1/realm-assignments/operations',
      'okta.users.user_groups: id, /api/v1/users/{userId}/groups',
      'okta.users.identity_providers: id, /api/v1/users/{userId}/idps',
      'okta.users.user_clients: client_id, /api/v1/users/{userId}/clients',
      'okta.users.grants: id, /api/v1/users/{userId}/clients/{clientId}/grants',
    ]);
  });
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
