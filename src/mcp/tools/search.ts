/**
 * `search`: what there is, from service to table to column, a line each. Sends nothing.
 *
 * @module
 */

import { OTHER_WORDS } from '../../okta/words.ts';
import { visibleText } from '../../output/visible-text.ts';
import { exampleSelect, requiredNames } from '../../plan/examples.ts';
import type { Registry } from '../../registry/registry.ts';
import type { Resource, TableColumn } from '../../registry/resource.ts';
import { searchResources } from '../../registry/search.ts';
import { requiredSets } from '../../session/provider/required.ts';
import type { Answer, Call, Given, Tool, Workspace } from '../contract.ts';
import { refused } from '../failures.ts';
import { answer } from '../results/kept-rows.ts';

export const SEARCH: Tool = {
  name: 'search',
  description:
    'Find tables and columns: by words ("second factor"), in a service ("okta.apps"), or one table with its columns, JSON members, required parameters and changes ("okta.apps.jwks"). Sends nothing.',
  access: 'documents',
  arguments: { about: { type: 'string', description: 'Empty lists the services.' } },
  required: ['about'],
  run: runSearch,
};

/** Tables that are shown for words; more say less. */
const MOST_TABLES = 12;

async function runSearch(given: Given, { workspace }: Call): Promise<Answer> {
  const about = String(given['about']).trim();
  const { registry } = workspace;
  const parts = about.split('.').filter((part) => part !== '');
  const provider = registry.providers.find(({ name }) => name.toLowerCase() === parts[0]?.toLowerCase());
  if (about === '' || (provider !== undefined && parts.length === 1)) return services(registry);
  if (provider !== undefined && parts.length === 2) return tables(registry, provider.name, parts[1] ?? '');
  if (provider !== undefined && parts.length > 2) return answer(tableLines(registry.resource(parts), workspace));
  const known = registry.providers.find(({ services: all }) => all.includes(about.toLowerCase()));
  if (known !== undefined) return tables(registry, known.name, about.toLowerCase());
  return byWords(about, workspace);
}

function services(registry: Registry): Answer {
  const lines = registry.providers.flatMap(({ name, services: all, resourceNames = {} }) =>
    all.map(
      (service) =>
        `${name}.${service}: ${(resourceNames[service] ?? []).slice(0, 6).join(', ')}${(resourceNames[service] ?? []).length > 6 ? ', …' : ''}`,
    ),
  );
  return answer([`${lines.length} services and their tables; search with one of them shows all of its.`, ...lines]);
}

function tables(registry: Registry, provider: string, service: string): Answer {
  const { resources } = registry.service(provider, service);
  return answer([
    `Tables of ${provider}.${service}; search with one of them shows its columns.`,
    ...Object.values(resources).map(tableLine),
  ]);
}

/** Words of a question that say nothing about a table. */
const COMMON: ReadonlySet<string> = new Set(
  `a all an and any are as at by do does each every find for from get has have how i in is it last list many me more most much my no none
  not of older on one or org our out second show than that the their there to us was what when where which who whose with without year`.split(
    /\s+/,
  ),
);

function byWords(about: string, workspace: Workspace): Answer {
  const { registry } = workspace;
  const said = about.split(/[\s,._?]+/).filter((word) => word !== '');
  const telling = said.filter((word) => !COMMON.has(word.toLowerCase()));
  const words = telling.length > 0 ? telling : said;
  const found = searchResources(registry, words, OTHER_WORDS);
  const any = found.length > 0 ? found : anyOf(registry, words);
  if (any.length === 0) {
    return refused(
      `Nothing has to do with ${JSON.stringify(about)}.`,
      'Next: try one word, or search with an empty text for all services.',
    );
  }
  const [only] = any;
  if (any.length === 1 && only !== undefined)
    return answer(tableLines(registry.resource(only.name.split('.')), workspace));
  const shown = any.slice(0, MOST_TABLES);
  const more = any.length - shown.length;
  return answer([
    ...shown.map(({ name, description, columns }) => {
      const hits = columns.slice(0, 5).join(', ');
      return `${name}: ${short(description, 110)}${hits === '' ? '' : ` [${hits}]`}`;
    }),
    ...(more > 0 ? [`${more} more fit less well.`] : []),
  ]);
}

/** Where no table has all words, those that have one. */
function anyOf(registry: Registry, words: readonly string[]): ReturnType<typeof searchResources> {
  const byName = new Map(
    words.flatMap((word) => searchResources(registry, [word], OTHER_WORDS)).map((found) => [found.name, found]),
  );
  return [...byName.values()].toSorted((a, b) => b.score - a.score);
}

function tableLine(resource: Resource): string {
  return `${resource.name}: ${short(resource.description, 110)}`;
}

/** What a table is, what it needs, its columns, and what changes it. */
export function tableLines(resource: Resource, { registry, terms: { subdomain } }: Workspace): readonly string[] {
  const defaults: Readonly<Record<string, string>> = subdomain === undefined ? {} : { subdomain };
  const { name, description, verbs, methods } = resource;
  const needs = (wanted: string): readonly string[] => {
    const method = methods.find((each) => each.name === wanted);
    const required = method === undefined ? [] : requiredNames(method);
    return required.filter((parameter) => !Object.hasOwn(defaults, parameter));
  };
  const sets = requiredSets(resource, registry, defaults);
  const [own = []] = sets;
  const example = own.length === 0 ? `SELECT * FROM ${name} LIMIT 3` : exampleSelect(resource, own).replace(/;$/, '');
  const changes = (['insert', 'update', 'replace', 'delete'] as const).flatMap((verb) => {
    const [method] = verbs[verb];
    return method === undefined ? [] : [`${verb.toUpperCase()} needs ${needs(method).join(', ') || 'nothing'}`];
  });
  const inVerbs = new Set(Object.values(verbs).flat());
  const others = methods.filter((method) => !inVerbs.has(method.name)).map((method) => method.name);
  return [
    `${name}: ${short(description, 200)}`,
    ...(verbs.select.length === 0
      ? ['It cannot be read by SELECT.']
      : [`SELECT needs ${sets.map((set) => set.join(' and ') || 'nothing').join(', or ')}, e.g. ${example}`]),
    ...resource.columns.filter(isShown).map(columnLine),
    ...(changes.length === 0 ? [] : [`change: ${changes.join('; ')}`]),
    ...(others.length === 0 ? [] : [`EXEC ${name}.…: ${others.join(', ')}`]),
  ];
}

function isShown({ origin, isAlias, name }: TableColumn): boolean {
  return isAlias !== true && origin !== 'raw' && origin !== 'header' && name !== '_links' && name !== '_embedded';
}

function columnLine({ name, type, description, origin, members }: TableColumn): string {
  const kind = origin === 'response' ? type : `${type}, ${origin} parameter`;
  const inner = members === undefined ? '' : ` {${memberNames(members)}}`;
  return `${name} ${kind}${inner}${description === '' ? '' : `: ${short(description, 70)}`}`;
}

function memberNames(members: NonNullable<TableColumn['members']>): string {
  const [only] = Array.isArray(members) ? members : [];
  const names = Object.keys(typeof only === 'object' ? only : members).filter((name) => name !== '0');
  return `${names.slice(0, 24).join(', ')}${names.length > 24 ? ', …' : ''}`;
}

/** One sentence, on one line. */
function short(text: string, most: number): string {
  const line = visibleText(text.replace(/\s+/g, ' ').trim());
  const sentence = /^.*?[.;](?=\s|$)/.exec(line)?.[0] ?? line;
  return sentence.length > most ? `${sentence.slice(0, most - 1)}…` : sentence;
}
