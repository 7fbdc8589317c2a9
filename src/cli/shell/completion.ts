/**
 * What may stand at a place of a half-written statement: a function from text, cursor and names to candidates. It asks nobody; the
 * names are gathered before (`catalogue.ts`).
 *
 * @module
 */

import { optionalInputs, requiredInputs } from '../../plan/metadata.ts';
import type { Field, MemberType, Method, Resource } from '../../registry/resource.ts';
import { requiredParameters } from '../../registry/resource.ts';
import { RESERVED, STARTERS } from '../../sql/text/keywords.ts';
import { isOperator, isWord } from '../../sql/text/token.ts';
import type { Catalogue } from './catalogue.ts';
import { COMMAND_NAMES } from './command-names.ts';
import { LAST_RESULT } from './last-result.ts';
import { type NamedTable, type Place, placeAt } from './scope.ts';

export interface Candidate {
  /** What stands there then, in place of what is being written. */
  readonly text: string;
  /** What it is, for the list: `VARCHAR, required`. */
  readonly detail?: string;
}

const RESOURCE = 'resource';

export interface Completion {
  /** Where what is being written begins; it ends at the cursor. */
  readonly from: number;
  /** The most fitting first. */
  readonly candidates: readonly Candidate[];
}

export function complete(text: string, cursor: number, catalogue: Catalogue): Completion {
  const command = /^\s*\\(\w*)$/.exec(text.slice(0, cursor));
  if (command !== null) return commandNames(command[1] ?? '', cursor);
  // What follows a command is a name, as behind FROM.
  const place = /^\s*\\\w+\+?\s/.test(text) ? placeBehindCommand(text, cursor) : placeAt(text, cursor);
  if (place === undefined) return { from: cursor, candidates: [] };
  const found = candidatesAt(place, catalogue);
  return { from: place.from, candidates: distinct(found.filter((candidate) => fits(candidate, place))) };
}

/** What all candidates that begin with what is written have in common. */
export function commonBeginning({ candidates }: Completion, prefix: string): string {
  const texts = candidates.map(({ text }) => text).filter((text) => begins(text, prefix));
  const [first = prefix, ...others] = texts;
  let length = first.length;
  for (const other of others) while (!begins(other, first.slice(0, length))) length -= 1;
  return first.slice(0, length);
}

function begins(text: string, prefix: string): boolean {
  return text.toLowerCase().startsWith(prefix.toLowerCase());
}

/** What has a dot is found by its later parts too, and a resource by these alone: its provider is a candidate of its own. */
function fits({ text, detail }: Candidate, { prefix, path }: Place): boolean {
  const isFullName = path.length === 0 && detail === RESOURCE;
  if (!isFullName && begins(text.replace(/^"/, ''), prefix)) return true;
  return (
    path.length === 0 &&
    prefix !== '' &&
    text
      .split('.')
      .slice(1)
      .some((part) => begins(part, prefix))
  );
}

function distinct(candidates: readonly Candidate[]): readonly Candidate[] {
  const known = new Map<string, Candidate>();
  for (const each of candidates) if (!known.has(each.text)) known.set(each.text, each);
  return [...known.values()];
}

function commandNames(prefix: string, cursor: number): Completion {
  const fitting = COMMAND_NAMES.filter((name) => begins(name, prefix));
  return { from: cursor - prefix.length, candidates: fitting.map((text) => ({ text })) };
}

function placeBehindCommand(text: string, cursor: number): Place | undefined {
  const word = /[\w."]*$/.exec(text.slice(0, cursor))?.[0] ?? '';
  const place = placeAt(`DESCRIBE ${word}`, 'DESCRIBE '.length + word.length);
  return place && { ...place, from: place.from - 'DESCRIBE '.length + cursor - word.length };
}

function candidatesAt(place: Place, catalogue: Catalogue): readonly Candidate[] {
  if (place.prefix.startsWith('@')) return parametersOfCall(place, catalogue);
  if (place.clause === 'setting') return settings(place);
  if (place.path.length > 0) return behindDot(place, catalogue);
  if (isWord(place.previous, 'INSERT')) return keywords(['INTO']);
  switch (place.clause) {
    case 'start':
      return keywords([...STARTERS, 'FROM'].toSorted());
    case 'from':
      return isName(place) ? tableNames(place, catalogue) : keywords(AFTER_TABLE);
    case 'into':
    case 'describe':
      return tableNames(place, catalogue);
    case 'exec':
      return isWord(place.previous, 'EXEC') || isWord(place.previous, 'EXECUTE')
        ? providerNames(catalogue)
        : parametersOfCall(place, catalogue);
    case 'insert-columns':
      return insertColumns(place, catalogue);
    case 'show':
      return [...keywords(SHOWN), ...providerNames(catalogue)];
    case 'where':
      return [...requiredFirst(place, catalogue), ...expressions(place, catalogue)];
    default:
      return expressions(place, catalogue);
  }
}

/** `SET okta.pushdown = off` */
function settings({ path: [first], previous }: Place): readonly Candidate[] {
  if (first === undefined) return isWord(previous, 'SET') ? keywords(['okta.']) : keywords(['on', 'off']);
  return first.toLowerCase() === 'okta'
    ? keywords(['embedded', 'pushdown', 'skip_denied', 'max_requests', 'cache_ttl'])
    : [];
}

const SHOWN = ['PROVIDERS', 'SERVICES', 'RESOURCES', 'METHODS', 'INSERT INTO', 'EXTENDED', 'IN', 'LIKE', 'WHERE'];

const AFTER_TABLE = [
  'WHERE',
  'JOIN',
  'LEFT JOIN',
  'CROSS JOIN',
  'ON',
  'USING',
  'GROUP BY',
  'HAVING',
  'QUALIFY',
  'ORDER BY',
  'LIMIT',
  'OFFSET',
  'UNION ALL',
  'SET',
  'AS',
];

function keywords(words: readonly string[]): readonly Candidate[] {
  return words.map((text) => ({ text }));
}

/** Whether a table's name begins here, rather than what may follow one. */
function isName({ previous }: Place): boolean {
  return isOperator(previous, ',') || ['FROM', 'JOIN', 'UPDATE'].some((word) => isWord(previous, word));
}

/** With the dot behind, so that the next Tab goes on. */
function providerNames({ providers }: Catalogue): readonly Candidate[] {
  return providers.map((name) => ({ text: `${sqlName(name)}.`, detail: 'provider' }));
}

function tableNames({ prefix, queries }: Place, catalogue: Catalogue): readonly Candidate[] {
  const { tables } = catalogue;
  return [
    ...queries.map((name) => ({ text: sqlName(name), detail: 'query' })),
    ...tables.map(({ name }) => ({ text: sqlName(name), detail: name === LAST_RESULT ? 'last result' : 'table' })),
    ...providerNames(catalogue),
    // All of them at once would be a list that nobody reads.
    ...(prefix === '' ? [] : catalogue.resourceNames().map((text) => ({ text: dotted(text), detail: RESOURCE }))),
  ];
}

/** What may follow a dot: columns of a table, members of a JSON column, parts of a resource's name. */
function behindDot(place: Place, catalogue: Catalogue): readonly Candidate[] {
  const { path, clause } = place;
  const [first = '', ...rest] = path;
  const named = place.tables.find((table) => isCalled(table, first));
  if (named !== undefined && clause !== 'from' && clause !== 'into') {
    return rest.length === 0
      ? columnsOf(named, catalogue)
      : membersAt(fieldOf(named, rest[0] ?? '', catalogue), rest.slice(1));
  }
  const holder = place.tables
    .map((table) => fieldOf(table, first, catalogue))
    .find((field) => field?.members !== undefined);
  if (holder !== undefined && clause !== 'from') return membersAt(holder, rest);
  return documentsBehind(path, place, catalogue);
}

function isCalled({ name, alias }: NamedTable, word: string): boolean {
  return (alias ?? name.at(-1) ?? '').toLowerCase() === word.toLowerCase();
}

function documentsBehind(
  [provider = '', service, resource]: readonly string[],
  { clause }: Place,
  catalogue: Catalogue,
): readonly Candidate[] {
  if (service === undefined) {
    return catalogue.services(provider).map((name) => ({ text: `${sqlName(name)}.`, detail: 'service' }));
  }
  const dot = clause === 'exec' ? '.' : '';
  if (resource === undefined) {
    return catalogue.resources(provider, service).map((name) => ({ text: `${sqlName(name)}${dot}`, detail: RESOURCE }));
  }
  const found = catalogue.resource(provider, service, resource);
  if (found === undefined) return [];
  if (clause !== 'exec' && clause !== 'describe') return columnsOf({ name: [provider, service, resource] }, catalogue);
  return found.methods.map((method) => ({ text: sqlName(method.name), detail: detailOf(method) }));
}

function detailOf({ verb, unsupported }: Method): string {
  return unsupported === undefined ? verb.toUpperCase() : 'cannot be called';
}

function resourceOf({ name: [provider, service, name] }: NamedTable, catalogue: Catalogue): Resource | undefined {
  if (provider === undefined || service === undefined || name === undefined) return undefined;
  return catalogue.resource(provider, service, name);
}

function columnsOf(table: NamedTable, catalogue: Catalogue): readonly Candidate[] {
  const resource = resourceOf(table, catalogue);
  if (resource !== undefined) {
    const shown = resource.columns.filter(({ origin }) => origin !== 'raw');
    return shown.map(({ name, type }) => ({ text: sqlName(name), detail: type }));
  }
  const [name = ''] = table.name;
  const local = catalogue.tables.find((each) => each.name.toLowerCase() === name.toLowerCase());
  return (local?.columns ?? []).map((column) => ({ text: sqlName(column.name), detail: column.type }));
}

function fieldOf(table: NamedTable, name: string, catalogue: Catalogue): Field | undefined {
  const columns = resourceOf(table, catalogue)?.columns ?? [];
  return columns.find((column) => column.name.toLowerCase() === name.toLowerCase());
}

function membersAt(field: Field | undefined, path: readonly string[]): readonly Candidate[] {
  let type: MemberType | undefined = field?.members;
  for (const name of path) type = memberOf(type, name);
  if (typeof type !== 'object' || isList(type)) return [];
  return Object.entries(type).map(([name, inner]) => ({
    text: sqlName(name),
    detail: typeof inner === 'string' ? inner : 'JSON',
  }));
}

function memberOf(type: MemberType | undefined, name: string): MemberType | undefined {
  if (typeof type !== 'object' || isList(type)) return undefined;
  return Object.entries(type).find(([key]) => key.toLowerCase() === name.toLowerCase())?.[1];
}

function isList(type: MemberType): type is readonly [MemberType] {
  return Array.isArray(type);
}

/** What requests of the tables need and nothing says yet: without it a statement asks more, or cannot ask at all. */
function requiredFirst(place: Place, catalogue: Catalogue): readonly Candidate[] {
  const several = place.tables.length > 1;
  return place.tables.flatMap((table) => {
    const resource = resourceOf(table, catalogue);
    if (resource === undefined) return [];
    const qualifier = several ? `${sqlName(table.alias ?? table.name.at(-1) ?? '')}.` : '';
    const names = verbMethods(resource, place.verb).flatMap((method) =>
      requiredParameters(method).map(({ name }) => name),
    );
    return [...new Set(names)]
      .filter((name) => !place.given.has(name.toLowerCase()))
      .map((name) => ({ text: `${qualifier}${sqlName(name)}`, detail: 'required' }));
  });
}

/** The first lists with the fewest parameters: a look-up of one object needs its id besides. */
function verbMethods({ methods, verbs }: Resource, verb: string): readonly Method[] {
  const wanted = verb === 'DELETE' ? verbs.delete : verb === 'UPDATE' ? verbs.update : verbs.select;
  return methods.filter(({ name }) => wanted.includes(name)).toSorted((one, other) => required(one) - required(other));
}

function required(method: Method): number {
  return requiredParameters(method).length;
}

function expressions(place: Place, catalogue: Catalogue): readonly Candidate[] {
  const { tables, prefix } = place;
  const columns = tables.flatMap((table) => columnsOf(table, catalogue));
  const aliases = tables.map(({ name, alias }) => ({
    text: `${sqlName(alias ?? name.at(-1) ?? '')}.`,
    detail: 'table',
  }));
  if (prefix === '') return [...columns, ...(tables.length > 1 ? aliases : [])];
  return [
    ...columns,
    ...aliases,
    ...keywords(catalogue.keywords),
    ...catalogue.functions.map((name) => ({ text: `${name}(`, detail: 'function' })),
  ];
}

function insertColumns(place: Place, catalogue: Catalogue): readonly Candidate[] {
  const [table] = place.tables;
  if (table === undefined) return [];
  const resource = resourceOf(table, catalogue);
  if (resource === undefined) return columnsOf(table, catalogue);
  const methods = resource.methods.filter(({ name }) => resource.verbs.insert.includes(name));
  return inputsOf(methods, '');
}

function inputsOf(methods: readonly Method[], mark: string): readonly Candidate[] {
  return [
    ...methods.flatMap(requiredInputs).map(({ name, type }) => ({ text: mark + name, detail: `${type}, required` })),
    ...methods.flatMap(optionalInputs).map(({ name, type }) => ({ text: mark + name, detail: type })),
  ];
}

/** `EXEC okta.apps.jwks.get_jwk @…` */
function parametersOfCall({ call, given }: Place, catalogue: Catalogue): readonly Candidate[] {
  const [provider = '', service = '', resource = '', name = ''] = call;
  const method = catalogue
    .resource(provider, service, resource)
    ?.methods.find((each) => each.name.toLowerCase() === name.toLowerCase());
  if (method === undefined) return [];
  const open = inputsOf([method], '@').filter(({ text }) => !given.has(text.slice(1).toLowerCase()));
  return method.body === undefined ? open : [...open, { text: '@@json', detail: 'the body' }];
}

function dotted(name: string): string {
  return name.split('.').map(sqlName).join('.');
}

function sqlName(name: string): string {
  return /^[A-Za-z_]\w*$/.test(name) && !RESERVED.has(name.toUpperCase()) ? name : `"${name.replaceAll('"', '""')}"`;
}
