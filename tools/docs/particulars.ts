/**
 * What the documents know of Okta's particulars, each with its source: `docs/okta/particulars.md`.
 *
 * @module
 */

import type { Cut, Method, Names, Once, Resource } from '../../src/registry/resource.ts';
import { blocks, code, table } from './markdown.ts';

/** Something that the document of a method says, as the cells of a row, without the places it holds at. */
type Fact = readonly string[];

interface Section {
  readonly title: string;
  readonly text: string;
  /** The first column, which says where, is added. */
  readonly head: readonly string[];
  readonly factsOf: (method: Method) => readonly Fact[];
}

const SECTIONS: readonly Section[] = [
  {
    title: 'Parameters that take names',
    text:
      'Okta takes these in place of an id. The column of the parameter holds what was given, `id` the id of the object. Where an ' +
      '`id` is compared with a name, the condition is taken for one on the parameter. All other parameters take ids alone.',
    head: ['Parameter', 'Takes', 'Source'],
    factsOf: ({ names = {} }) =>
      Object.entries(names).map(([parameter, own]) => [code(parameter), takenBy(own), own.source]),
  },
  {
    title: 'Lists that Okta cuts',
    text: 'These end without naming a next page. The most is asked for; a page that is full all the same is an error.',
    head: ['Where', 'Asked for', 'Read page by page', 'Source'],
    factsOf: ({ cut }) => (cut === undefined ? [] : [cutCells(cut)]),
  },
  {
    title: 'Answers that mean absence',
    text:
      'Of a scan that makes several calls because other rows or the document say so, a call with this answer has no rows, and one ' +
      'notice counts and names such calls. Where a statement asks for one object or list itself, it is an error.',
    head: ['Answer', 'Source'],
    factsOf: ({ absent = [] }) => absent.map(({ status, code: error, source }) => [`${status} ${error}`, source]),
  },
  {
    title: 'Answers that are shown once',
    text:
      'No later answer holds these. Such a call is [refused](../sql.md#answers-that-are-shown-once) unless secrets are revealed or ' +
      'written to a file.',
    head: ['Method', 'Shown', 'Not where', 'Source'],
    factsOf: ({ name, once }) => (once === undefined ? [] : [[code(name), ...onceCells(once)]]),
  },
];

export function particularsPage(resources: readonly Resource[]): string {
  return blocks([
    '# Particulars of Okta',
    'What the provider documents know of Okta beyond its specification, and where each fact was learnt.',
    ...SECTIONS.flatMap(({ title, text, head, factsOf }) => [
      `## ${title}`,
      text,
      table(['Table', ...head], rowsOf(resources, factsOf)),
    ]),
  ]);
}

/** One row for each fact, with all tables that it holds for. */
function rowsOf(resources: readonly Resource[], factsOf: Section['factsOf']): readonly (readonly string[])[] {
  const places = new Map<string, { readonly fact: Fact; readonly tables: Set<string> }>();
  for (const resource of resources) {
    for (const fact of resource.methods.flatMap(factsOf)) {
      const key = JSON.stringify(fact);
      const place = places.get(key) ?? { fact, tables: new Set() };
      places.set(key, { fact, tables: place.tables.add(linkTo(resource)) });
    }
  }
  return [...places.values()].map(({ fact, tables }) => [[...tables].join(', '), ...fact]);
}

function linkTo({ name }: Resource): string {
  const path = name.split('.').slice(1);
  return `[${path.join('.')}](${path.join('/')}.md)`;
}

function takenBy({ fields = [], words = [], ids }: Names): string {
  const known = [...fields.map((field) => code(field)), ...words.map((word) => `'${word}'`)];
  return `${known.join(', ')}${ids === undefined ? '' : `; ids begin with ${code(ids)}`}`;
}

function cutCells({ by = [], parameter, size, instead, source }: Cut): Fact {
  const where = by.length === 0 ? 'always' : `with ${by.map((name) => code(name)).join(', ')}`;
  return [where, `${code(parameter)} = ${size}`, code(instead), source];
}

function onceCells({ secrets, unless, source }: Once): Fact {
  const exceptions = Object.entries(unless).map(([parameter, values]) => {
    const given = values.filter((value) => value !== null).map((value) => `'${value}'`);
    const ways = [
      ...(given.length > 0 ? [`is ${given.join(', ')}`] : []),
      ...(values.includes(null) ? ['is not given'] : []),
    ];
    return `${code(parameter)} ${ways.join(' or ')}`;
  });
  return [secrets.map((secret) => code(secret)).join(', '), exceptions.join('; '), source];
}
