import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { compileProvider, compileService } from '../../../src/registry/compile.ts';
import { indexFolder } from '../../../src/registry/registry.ts';
import { requiredParameters } from '../../../src/registry/resource.ts';

const SOURCE = new URL('../../../providers/src/', import.meta.url);

const read = (file: string): { file: string; text: string } => ({
  file,
  text: readFileSync(fileURLToPath(new URL(file, SOURCE)), 'utf8'),
});
const readIndex = (file: string): unknown =>
  JSON.parse(readFileSync(fileURLToPath(new URL(file, indexFolder())), 'utf8'));
const asJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

const providers = readdirSync(fileURLToPath(SOURCE)).map((provider) => {
  const version = readdirSync(fileURLToPath(new URL(`${provider}/`, SOURCE)))
    .sort()
    .at(-1);
  const { info, sources } = compileProvider(read(`${provider}/${version}/provider.yaml`));
  const services = Object.entries(sources).map(([name, { file, ...context }]) =>
    compileService(info.name, name, read(file), context),
  );
  return { info, services };
});

test('the compiled index is that of the committed documents', () => {
  const named = providers.map(({ info, services }) => ({
    ...info,
    resourceNames: Object.fromEntries(services.map(({ name, resources }) => [name, Object.keys(resources)])),
  }));
  expect(readIndex('providers.json')).toEqual(asJson(named));
  for (const { info, services } of providers) {
    for (const service of services) expect(readIndex(`${info.name}/${service.name}.json`)).toEqual(asJson(service));
  }
});

describe('okta.apps.jwks', () => {
  const jwks = providers.flatMap(({ services }) => services).find(({ name }) => name === 'apps')?.resources['jwks'];
  const KEYS = '/api/v1/apps/{appId}/credentials/jwks';
  const ONE = ['appId', 'keyId', 'subdomain'];

  test.each([
    { name: 'list_jwk', verb: 'select', http: 'GET', path: KEYS, required: ['appId', 'subdomain'] },
    { name: 'get_jwk', verb: 'select', http: 'GET', path: `${KEYS}/{keyId}`, required: ONE },
    { name: 'add_jwk', verb: 'insert', http: 'POST', path: KEYS, required: ['appId', 'subdomain'] },
    { name: 'deletejwk', verb: 'delete', http: 'DELETE', path: `${KEYS}/{keyId}`, required: ONE },
    {
      name: 'activate_oauth2_client_json_web_key',
      verb: 'exec',
      http: 'POST',
      path: `${KEYS}/{keyId}/lifecycle/activate`,
      required: ONE,
    },
    {
      name: 'deactivate_oauth2_client_json_web_key',
      verb: 'exec',
      http: 'POST',
      path: `${KEYS}/{keyId}/lifecycle/deactivate`,
      required: ONE,
    },
  ])('$name', ({ name, verb, http, path, required }) => {
    const method = jwks?.methods.find((candidate) => candidate.name === name);
    if (method === undefined) throw new Error(`no method ${name}`);
    expect([method.verb, method.httpMethod, method.path]).toEqual([verb, http, path]);
    expect(
      requiredParameters(method)
        .map((parameter) => parameter.name)
        .sort(),
    ).toEqual(required);
    expect(method.server).toBe('https://{subdomain}.okta.com/');
  });

  test('has no other methods', () => {
    expect(jwks?.methods).toHaveLength(6);
  });
});
