import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { generate } from '../../../tools/provider/generate.ts';
import { readInputs } from '../../../tools/provider/inputs.ts';
import { COUNTS } from './counts.ts';
import { columnsOf, INPUTS, type Resource, renderAll, resourcesOf } from './generated.ts';

const { provider, services } = generate(readInputs(INPUTS));
const rendered = renderAll(readInputs(INPUTS));
const resources = resourcesOf(services);
const byName = new Map(resources.map((resource) => [resource.name, resource]));
const methods = resources.flatMap((resource) =>
  resource.methods.map((method) => ({ resource: resource.name, ...method })),
);

/** What is wrong, one line each: a failure then names every culprit. */
function problems<T>(items: readonly T[], problemsOf: (item: T) => readonly string[]): readonly string[] {
  return items.flatMap(problemsOf);
}

test('the same inputs give the same bytes', () => {
  expect([...renderAll(readInputs(INPUTS))]).toEqual([...rendered]);
});

// StackQL reads YAML 1.1, where n, y, on and 1:30 are no texts; a key that changes is a column that is lost.
test.each(['1.1', '1.2'] as const)('what is written is read back unchanged as YAML %s', (version) => {
  for (const [file, text] of rendered) {
    const written = file === 'provider.yaml' ? provider : services.get(file.replace('.yaml', ''));
    expect(JSON.stringify(parse(text, { version })), file).toBe(JSON.stringify(written));
  }
});

describe('StackQL’s names', () => {
  test('as many services, resources and methods', () => {
    const counts = [...services.keys()].map((service) => {
      const own = resources.filter(({ name }) => name.startsWith(`okta.${service}.`));
      return [service, own.length, own.flatMap((resource) => resource.methods).length];
    });
    expect(counts).toEqual(COUNTS);
    expect([services.size, resources.length, methods.length]).toEqual([57, 202, 731]);
  });

  test('574 methods behind verbs, 157 for EXEC', () => {
    const bound = resources.flatMap(({ node }) => Object.values(node.sqlVerbs).flat());
    expect(bound).toHaveLength(574);
    expect(new Set(bound.map(({ $ref }) => $ref)).size + 157).toBe(methods.length);
  });

  test('no two methods of one name in a resource', () => {
    const names = methods.map(({ resource, name }) => `${resource}.${name}`);
    expect(new Set(names).size).toBe(names.length);
  });
});

describe('parameters', () => {
  test('every path parameter is declared at its operation, once', () => {
    expect(
      problems(methods, ({ resource, name, path, parameters }) => {
        const declared = parameters.filter((parameter) => parameter.in === 'path').map((parameter) => parameter.name);
        const used = [...path.matchAll(/\{([^}]+)\}/g)].map(([, parameter]) => parameter);
        return [...declared].sort().join() === [...used].sort().join()
          ? []
          : [`${resource}.${name}: ${declared}, ${used}`];
      }),
    ).toEqual([]);
  });

  test('pageSize and defaults name a query parameter', () => {
    expect(
      problems(methods, ({ resource, name, node, parameters }) => {
        const { pageSize, defaults = {}, filter } = node['x-oktaql'];
        const named = [...Object.keys(defaults), pageSize?.parameter, filter?.parameter].filter(
          (key) => key !== undefined,
        );
        return named
          .filter((key) => !parameters.some((parameter) => parameter.in === 'query' && parameter.name === key))
          .map((key) => `${resource}.${name}: no ${key}`);
      }),
    ).toEqual([]);
  });
});

describe('x-oktaql', () => {
  test('every alias is a path parameter and names a field of the rows', () => {
    expect(
      problems(resources, (resource) => {
        const fields = new Set(resource.methods.filter(({ isSelect }) => isSelect).flatMap((method) => method.fields));
        const inPaths = new Set(resource.methods.flatMap(({ parameters }) => parameters.map(({ name }) => name)));
        return Object.entries(resource.node['x-oktaql']?.aliases ?? {})
          .filter(([parameter, field]) => !fields.has(field) || !inPaths.has(parameter))
          .map(([parameter, field]) => `${resource.name}: ${parameter} = ${field}`);
      }),
    ).toEqual([]);
  });

  test('every parent exists and has the columns that are asked of it', () => {
    expect(
      problems(resources, (resource) => {
        const parent = resource.node['x-oktaql']?.parent;
        if (parent === undefined) return [];
        const columns = columnsOf(byName.get(parent.resource) ?? ({ methods: [] } as unknown as Resource));
        const asked = [...Object.values(parent.supplies), ...Object.keys(parent.where ?? {})];
        const needed = new Set(resource.methods.filter(({ isSelect }) => isSelect).flatMap(requiredParameters));
        return [
          ...asked.filter((column) => !columns.has(column)).map((column) => `${resource.name}: no ${column} in parent`),
          ...Object.keys(parent.supplies)
            .filter((parameter) => !needed.has(parameter))
            .map((parameter) => `${resource.name}: ${parameter} is not needed`),
        ];
      }),
    ).toEqual([]);
  });

  test('parents have parents, but not themselves', () => {
    for (const resource of resources) {
      const seen = new Set<string>();
      let at: string | undefined = resource.name;
      while (at !== undefined) {
        expect(seen.has(at), `${resource.name} is below itself`).toBe(false);
        seen.add(at);
        at = byName.get(at)?.node['x-oktaql']?.parent?.resource;
      }
    }
  });

  test('every transition starts from a column and names a method', () => {
    expect(
      problems(resources, (resource) =>
        Object.entries(resource.node['x-oktaql']?.transitions ?? {}).flatMap(([column, values]) => [
          ...(columnsOf(resource).has(column) ? [] : [`${resource.name}: no ${column}`]),
          ...Object.values(values)
            .filter((method) => !Object.hasOwn(resource.node.methods, method))
            .map((method) => `${resource.name}: no ${method}`),
        ]),
      ),
    ).toEqual([]);
  });

  test('secrets are fields of answers or bodies', () => {
    expect(
      problems(resources, (resource) => {
        const fields = new Set(resource.methods.flatMap(({ fields: shown, sent }) => [...shown, ...sent]));
        return (resource.node['x-oktaql']?.secrets ?? [])
          .filter((secret) => !fields.has(secret.split('.')[0] ?? ''))
          .map((secret) => `${resource.name}: no ${secret}`);
      }),
    ).toEqual([]);
  });

  test('embedded copies have columns of the table, found by columns of the parent', () => {
    expect(
      problems(resources, (resource) => {
        const embedded = resource.node['x-oktaql']?.embedded;
        if (embedded === undefined) return [];
        const columns = columnsOf(resource);
        return [...embedded.columns, ...Object.keys(embedded.keys)]
          .filter((column) => !columns.has(column))
          .map((column) => `${resource.name}: no ${column}`);
      }),
    ).toEqual([]);
  });

  test('filters are over fields of the rows, with operators of Okta', () => {
    const operators = ['eq', 'ne', 'gt', 'ge', 'lt', 'le', 'sw', 'co', 'pr'];
    expect(
      problems(methods, ({ resource, name, node, fields }) => {
        const { columns = {}, exact = [] } = node['x-oktaql'].filter ?? {};
        return [
          ...Object.keys(columns).filter((path) => !fields.includes(path.split('.')[0] ?? '')),
          ...exact.filter((path) => !Object.hasOwn(columns, path)),
          ...Object.values(columns).flatMap((list) => list.filter((operator) => !operators.includes(operator))),
        ].map((problem) => `${resource}.${name}: ${problem}`);
      }),
    ).toEqual([]);
  });
});

test('descriptions are there, and short', () => {
  const texts: string[] = [];
  const collect = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    for (const [key, child] of Object.entries(value)) {
      if (['description', 'summary', 'title'].includes(key) && typeof child === 'string') texts.push(child);
      else collect(child);
    }
  };
  for (const document of services.values()) collect(document);
  expect(texts.filter((text) => text.length > 160 || text.trim() === '')).toEqual([]);
});

function requiredParameters({ parameters, path }: Resource['methods'][number]): readonly string[] {
  return parameters.map(({ name }) => name).filter((name) => path.includes(`{${name}}`) || name === 'stream_id');
}
