/** `docs/okta/particulars.md` has all that the documents mark of Okta's particulars, each with its source, and nothing else. */

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { builtInRegistry } from '../../src/registry/registry.ts';
import type { Method } from '../../src/registry/resource.ts';

const PAGE = readFileSync(new URL('../../docs/okta/particulars.md', import.meta.url), 'utf8');
const registry = builtInRegistry();
const resources = (registry.providers[0]?.services ?? []).flatMap((service) =>
  Object.values(registry.service('okta', service).resources),
);

/** What one table has of one fact: `okta.service.resource`, and the cells without their signs. */
type Entry = readonly string[];

function entriesUnder(title: string): readonly Entry[] {
  const [, section = ''] = PAGE.split(`\n## ${title}\n`);
  const rows = (section.split('\n## ')[0] ?? '').split('\n').filter((line) => line.startsWith('| ['));
  return rows.flatMap((row) => {
    const [tables = '', ...cells] = row.slice(2, -2).split(' | ');
    const names = [...tables.matchAll(/\[([^\]]+)\]\(([^)]+)\)/g)].map(([, name = '', path = '']) => {
      expect(path).toBe(`${name.replace('.', '/')}.md`);
      return `okta.${name}`;
    });
    return names.map((name) => [name, ...cells.map((cell) => cell.replaceAll('`', '').trim())]);
  });
}

function entriesOf(factsOf: (method: Method) => readonly Entry[]): readonly Entry[] {
  const all = resources.flatMap(({ name, methods }) => methods.flatMap(factsOf).map((fact) => [name, ...fact]));
  return [...new Map(all.map((entry) => [entry.join('\n'), entry])).values()];
}

const SECTIONS: readonly (readonly [title: string, least: number, factsOf: (method: Method) => readonly Entry[]])[] = [
  [
    'Parameters that take names',
    40,
    ({ names = {} }) =>
      Object.entries(names).map(([parameter, { fields = [], words = [], ids, source }]) => {
        const taken = [...fields, ...words.map((word) => `'${word}'`)].join(', ');
        return [parameter, ids === undefined ? taken : `${taken}; ids begin with ${ids}`, source];
      }),
  ],
  [
    'Lists that Okta cuts',
    3,
    ({ cut }) =>
      cut === undefined
        ? []
        : [
            [
              cut.by === undefined ? 'always' : `with ${cut.by.join(', ')}`,
              `${cut.parameter} = ${cut.size}`,
              cut.instead,
              cut.source,
            ],
          ],
  ],
  [
    'Answers that mean absence',
    10,
    ({ absent = [] }) => absent.map(({ status, code, source }) => [`${status} ${code}`, source]),
  ],
  [
    'Answers that are shown once',
    10,
    ({ name, once }) => {
      if (once === undefined) return [];
      const exceptions = Object.entries(once.unless).map(([parameter, values]) => {
        const texts = values.filter((value) => value !== null).map((value) => `'${value}'`);
        return [
          parameter,
          texts.length > 0 ? ` is ${texts.join(', ')}` : '',
          values.includes(null) ? `${texts.length > 0 ? ' or' : ''} is not given` : '',
        ].join('');
      });
      return [[name, once.secrets.join(', '), exceptions.join('; '), once.source]];
    },
  ],
];

describe.each(SECTIONS)('%s', (title, least, factsOf) => {
  const wanted = entriesOf(factsOf);

  it('are on the page, and only they', () => {
    const sorted = (entries: readonly Entry[]): readonly string[] => entries.map((entry) => entry.join(' | ')).sort();
    expect(wanted.length).toBeGreaterThanOrEqual(least);
    expect(sorted(entriesUnder(title))).toEqual(sorted(wanted));
  });

  it('each have a source that can be looked up', () => {
    for (const entry of wanted) expect(entry.at(-1), entry.join(' ')).toMatch(/Okta's|recorded|\bseen\b/);
  });
});

it('the page has no other sections', () => {
  expect([...PAGE.matchAll(/^## (.*)$/gm)].map(([, title]) => title)).toEqual(SECTIONS.map(([title]) => title));
});
