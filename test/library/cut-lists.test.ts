/** Each list that the documents mark as cut: a full page without a next one is an error, with a condition that is read page by page. */

import { describe, expect, test } from 'vitest';
import { createSession, type QueryError } from '../../src/index.ts';
import { builtInRegistry } from '../../src/registry/registry.ts';
import type { Cut, Resource } from '../../src/registry/resource.ts';

const registry = builtInRegistry();

interface CutList {
  readonly resource: Resource;
  readonly cut: Cut;
  /** What it is cut under; undefined where it always is. */
  readonly by: string | undefined;
}

const LISTS: readonly CutList[] = (registry.providers[0]?.services ?? [])
  .flatMap((service) => Object.values(registry.service('okta', service).resources))
  .flatMap((resource) =>
    resource.methods.flatMap(({ cut }) =>
      cut === undefined ? [] : (cut.by ?? [undefined]).map((by) => ({ resource, cut, by })),
    ),
  );

/** It is in a text of SQL, and in a pattern, and both must be as the value is. */
const GIVEN = "West's";

/** Satisfies all conditions that the hints show. */
const item = (position: number): object => ({
  id: `x${position}`,
  type: 'AD',
  profile: { name: GIVEN, firstName: GIVEN, lastName: GIVEN, email: GIVEN },
});
const items = (from: number, count: number): readonly object[] =>
  Array.from({ length: count }, (_each, index) => item(from + index));

interface Answered {
  readonly urls: readonly URL[];
  readonly outcome: { readonly count: number } | QueryError;
}

/** Counts the rows of an org that answers the n-th request with the n-th of these pages; between them, it names the next. */
async function count({ name }: Resource, where: string, pages: readonly (readonly object[])[]): Promise<Answered> {
  const urls: URL[] = [];
  const fetch = async ({ url }: Request): Promise<Response> => {
    const position = urls.push(new URL(url)) - 1;
    const next = new URL(url);
    next.searchParams.set('after', String(position));
    const headers = position + 1 < pages.length ? { link: `<${next.href}>; rel="next"` } : {};
    return Response.json(pages[position] ?? [], { headers });
  };
  const session = createSession({ token: 'planted-token', subdomain: 'my-org', fetch });
  try {
    const { rows } = await session.query(`SELECT count(DISTINCT id) FROM ${name} ${where}`);
    return { urls, outcome: { count: Number(rows[0]?.[0]) } };
  } catch (error) {
    return { urls, outcome: error as QueryError };
  } finally {
    await session.close();
  }
}

const quoted = GIVEN.replace("'", "''");
const conditionOf = ({ by }: CutList): string => (by === undefined ? '' : `WHERE "${by}" = '${quoted}'`);

test('there are such lists', () => {
  expect(LISTS.map(({ resource, by }) => [resource.name, by])).toEqual([
    ['okta.agentpools.agent_pools', undefined],
    ['okta.groups.groups', 'q'],
    ['okta.users.users', 'q'],
  ]);
});

describe.each(LISTS)('$resource.name under $by', (list) => {
  const { resource, cut } = list;
  const where = conditionOf(list);
  const instead = cut.instead.replaceAll(`{${list.by}}`, quoted);

  test('is asked for with the largest limit, and is whole where it gives less', async () => {
    const { urls, outcome } = await count(resource, where, [items(0, cut.size - 1)]);
    expect(outcome).toEqual({ count: cut.size - 1 });
    expect(urls.map(({ searchParams }) => searchParams.get(cut.parameter))).toContain(String(cut.size));
  });

  test('a full page is an error, which shows a condition that pages', async () => {
    const { outcome } = await count(resource, where, [items(0, cut.size)]);
    expect(outcome).toMatchObject({ code: 'UNUSABLE_RESPONSE', hint: expect.stringContaining(` ${instead}.`) });
  });

  test('so is a full page of the size that a statement asks for', async () => {
    const limited = `${where === '' ? 'WHERE' : `${where} AND`} "${cut.parameter}" = 5`;
    const { urls, outcome } = await count(resource, limited, [items(0, 5)]);
    expect(urls[0]?.searchParams.get(cut.parameter)).toBe('5');
    expect(outcome).toMatchObject({ code: 'UNUSABLE_RESPONSE' });
  });

  test('by that condition, the rows of all pages are read', async () => {
    const { urls, outcome } = await count(resource, `WHERE ${instead}`, [items(0, cut.size), items(cut.size, 7)]);
    expect(outcome).toEqual({ count: cut.size + 7 });
    if (list.by !== undefined) expect(urls[0]?.searchParams.has(list.by)).toBe(false);
  });
});
