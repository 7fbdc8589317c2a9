/**
 * Finds resources by words: in their names, their services' and columns' names, and what is said of them.
 *
 * @module
 */

import type { Registry } from './registry.ts';
import type { Resource } from './resource.ts';

/** A resource that has all words. */
export interface Found {
  /** `provider.service.resource`. */
  readonly name: string;
  readonly description: string;
  /** Columns whose names have one of them. */
  readonly columns: readonly string[];
  /** The higher, the better it fits; only to be compared with others. */
  readonly score: number;
}

/** What people call things, and what the names and descriptions call them. */
export type OtherWords = Readonly<Record<string, readonly string[]>>;

/**
 * The best first. All services are read for it.
 *
 * @param words in any case; each has to be found, or one of its other words
 */
export function searchResources(
  registry: Registry,
  words: readonly string[],
  otherWords: OtherWords = {},
): readonly Found[] {
  const wanted = words.map((word) => {
    const own = word.toLowerCase();
    return [own, ...(Object.hasOwn(otherWords, own) ? (otherWords[own] ?? []) : [])];
  });
  const found = registry.providers.flatMap(({ name, services }) =>
    services.flatMap((service) => Object.values(registry.service(name, service).resources)),
  );
  return found
    .flatMap((resource) => matchOf(resource, wanted) ?? [])
    .sort((a, b) => b.score - a.score || a.name.length - b.name.length || (a.name < b.name ? -1 : 1));
}

/** Undefined where one of the words is nowhere in it. */
function matchOf(resource: Resource, wanted: readonly (readonly string[])[]): Found | undefined {
  const scores = wanted.map((names) => Math.max(...names.map((word, index) => scoreOf(resource, word) - index / 10)));
  if (wanted.length === 0 || scores.some((score) => score <= 0)) return undefined;
  const all = wanted.flat();
  const columns = resource.columns.filter(
    ({ name, isAlias }) => isAlias !== true && all.some((word) => has(name, word)),
  );
  const { name, description } = resource;
  const score = scores.reduce((sum, each) => sum + each, 0);
  return { name, description, columns: columns.map((column) => column.name), score };
}

/** A name says more than a sentence, a whole word more than a part of one. */
function scoreOf({ name, description, columns, methods }: Resource, word: string): number {
  const [, service = '', own = ''] = name.split('.');
  const inColumns = columns.filter(({ isAlias }) => isAlias !== true);
  return (
    weigh(own, word, 12, 6) +
    (isSame(own, word) ? 6 : 0) +
    weigh(service, word, 4, 2) +
    weigh(description, word, 5, 2) +
    Math.max(0, ...inColumns.map((column) => weigh(column.name, word, 3, 1))) +
    (inColumns.some((column) => has(column.description, word)) ? 1 : 0) +
    (methods.some((method) => has(method.description, word) || has(method.name, word)) ? 1 : 0)
  );
}

function weigh(text: string, word: string, whole: number, part: number): number {
  if (wordsOf(text).some((each) => isSame(each, word))) return whole;
  return has(text, word) ? part : 0;
}

function has(text: string, word: string): boolean {
  return text.toLowerCase().includes(word);
}

/** Of names in any case: `lastUpdated`, `hook_keys`. */
function wordsOf(text: string): readonly string[] {
  return text
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}\d]+/u);
}

/** One and many are the same. */
function isSame(a: string, b: string): boolean {
  return singular(a) === singular(b);
}

function singular(word: string): string {
  return word.length > 3
    ? word
        .toLowerCase()
        .replace(/(?:ies)$/, 'y')
        .replace(/(?<!s)s$/, '')
    : word.toLowerCase();
}
