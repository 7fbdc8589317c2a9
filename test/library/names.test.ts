import { readdirSync } from 'node:fs';
import { afterAll, describe, expect, test } from 'vitest';
import { createSession, type Session } from '../../src/index.ts';
import { builtInRegistry } from '../../src/registry/registry.ts';
import type { Method, Parameter, Resource } from '../../src/registry/resource.ts';

/**
 * An API that finds whatever it is asked for, and spells every field otherwise than it was asked: names answered with ids, and
 * paths with URLs.
 */
const registry = builtInRegistry();
const services = readdirSync('dist/providers/okta').map((file) => file.replace(/\.json$/, ''));
const resources = services
  .filter((name) => registry.provider('okta').services.includes(name))
  .flatMap((name) => Object.values(registry.service('okta', name).resources));

const SAMPLES: Readonly<Record<string, unknown>> = {
  BIGINT: 7,
  DOUBLE: 7.5,
  BOOLEAN: true,
  JSON: { is: 'other' },
  TIMESTAMPTZ: '2026-01-01T00:00:00.000Z',
};

function itemOf({ response }: Method): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    response.fields.map(({ name, wireName = name, type }) => [wireName, SAMPLES[type] ?? `other ${name}`]),
  );
}

function answerTo(method: Method): unknown {
  const { kind, rowsAt, scalar } = method.response;
  const item = scalar === undefined ? itemOf(method) : 'other';
  const [at = '$'] = rowsAt;
  const body = kind === 'list' ? [item] : item;
  return at === '$'
    ? body
    : at
        .slice(2)
        .split('.')
        .reduceRight<unknown>((inner, name) => ({ [name]: inner }), body);
}

function methodAt(resource: Resource, httpMethod: string, pathname: string): Method | undefined {
  const isPath = ({ path }: Method): boolean =>
    new RegExp(`^${path.replaceAll(/\{[^}]*\}/g, '[^/]+')}$`).test(pathname);
  return resource.methods.find((method) => method.httpMethod === httpMethod && isPath(method));
}

let asked: Resource | undefined;
const requests: string[] = [];
const session: Session = createSession({
  token: 'any-token',
  subdomain: 'my-org',
  fetch: async (request) => {
    const { pathname } = new URL(request.url);
    requests.push(`${request.method} ${decodeURIComponent(pathname)}`);
    const method = asked && methodAt(asked, request.method, pathname);
    if (method === undefined) return new Response('{"errorCode":"E0000008"}', { status: 404 });
    return Response.json(answerTo(method), { headers: { 'content-type': 'application/json' } });
  },
});
afterAll(() => session.close());

/** Parameters in paths that have a field of their name in the table, or are another name of one. */
function namesakesOf(resource: Resource): readonly Parameter[] {
  const selects = resource.methods.filter(({ verb }) => verb === 'select');
  const fields = resource.columns.filter(({ origin }) => origin === 'response').map(({ name }) => name.toLowerCase());
  const isNamesake = ({ name, location }: Parameter): boolean =>
    location === 'path' &&
    (fields.includes(name.toLowerCase()) || { ...resource.aliases, ...resource.named }[name] !== undefined);
  return unique(selects.flatMap(({ parameters }) => parameters).filter(isNamesake));
}

function unique(parameters: readonly Parameter[]): readonly Parameter[] {
  return [...new Map(parameters.map((parameter) => [parameter.name, parameter])).values()];
}

/** The method with the fewest parameters that has this one, and what a statement has to say for it. */
function lookupOf({ methods }: Resource, { name }: Parameter): readonly Parameter[] {
  const own = methods.filter(
    ({ verb, parameters, response }) =>
      verb === 'select' && response.kind !== 'text' && parameters.some((each) => each.name === name),
  );
  const [method] = own.toSorted((a, b) => requiredOf(a).length - requiredOf(b).length);
  return method === undefined ? [] : requiredOf(method);
}

function requiredOf({ parameters }: Method): readonly Parameter[] {
  return parameters.filter(({ location, isRequired }) => isRequired && location !== 'server');
}

const cases = resources.flatMap((resource) =>
  namesakesOf(resource).map((parameter) => ({ resource, parameter, required: lookupOf(resource, parameter) })),
);

function conditionsOf(parameters: readonly Parameter[]): string {
  return parameters.map(({ name }) => `r."${name}" = 'given ${name}'`).join(' AND ');
}

describe('a parameter whose answer spells it otherwise', () => {
  test.each(cases)('$resource.name: $parameter.name', async ({ resource, parameter, required }) => {
    asked = resource;
    const isId = Object.values(resource.named ?? {}).includes(parameter.name);
    const text = `SELECT r."${parameter.name}" FROM ${resource.name} r WHERE ${conditionsOf(required)}`;
    // What was given, however the API spells it; an object's id is its own.
    const expected = [[isId ? `other ${parameter.name}` : `given ${parameter.name}`]];
    expect((await session.query(text)).rows).toEqual(expected);
    expect((await session.query(`${text} LIMIT 1`)).rows).toEqual(expected);
  });

  test('is tried for each of them', () => {
    const tried = new Set(cases.map(({ resource }) => resource.name));
    expect([cases.length, tried.size]).toEqual([103, 96]);
  });
});

describe('an object that is named, with one more condition', () => {
  const named = resources.filter(
    ({ named: names, verbs }) => names !== undefined && verbs.delete.length > 0 && verbs.select.length > 0,
  );

  test.each(named)('$name is deleted by its id', async (resource) => {
    asked = resource;
    const [[alias = '', field = ''] = []] = Object.entries(resource.named ?? {});
    const method = resource.methods.find(({ name }) => name === resource.verbs.delete[0]);
    const others = (method === undefined ? [] : requiredOf(method)).filter(
      ({ name }) => name !== alias && name !== field,
    );
    const where = [`r."${alias}" = 'given'`, ...others.map(({ name }) => `r."${name}" = 'given ${name}'`)];
    const text = `DELETE FROM ${resource.name} AS r WHERE ${where.join(' AND ')} AND r."${field}" IS NOT NULL`;
    requests.length = 0;
    const { rows } = await session.query(text.replaceAll('r."', '"').replace(' AS r', ''), { dryRun: true });
    expect(rows.map(([verb, url]) => `${verb} ${decodeURIComponent(String(url))}`)).toEqual([
      expect.stringMatching(new RegExp(`^DELETE .*/other ${field}$`)),
    ]);
    expect(requests).toEqual([expect.stringMatching(/^GET .*\/given$/)]);
  });
});
