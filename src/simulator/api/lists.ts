import { type Answer, success } from '../answer.ts';
import { invalidCursor, invalidParameters, invalidSearch } from '../errors.ts';
import type { Item } from '../org/field-values.ts';
import { type Page, pageAfter, pageLinks } from '../paging.ts';
import { detailsOf, idFieldOf, itemId, itemsAt, valueAt } from './api-org.ts';
import type { ApiCall } from './crud.ts';
import { expanded, FORGETS_EXPAND } from './expand.ts';
import { parseExpression } from './expression.ts';
import { type PageSize, pageSizeOf } from './page-sizes.ts';
import { shown } from './shown.ts';

/** Answers a list: the page that was asked for of the items that pass its parameters. */
export function answerList(call: ApiCall, items: readonly Item[] = itemsAt(call.org, call.match)): Answer {
  const wanted = wantedItems(call, items);
  if (wanted === undefined) return invalidSearch();
  const { method } = call.operation;
  const takesLimit = method.parameters.some(({ name }) => name === 'limit');
  const size = pageSizeOf(call.match.node.template, method.paging?.kind, takesLimit);
  if (size === undefined || isUnpaged(call)) return answerAll(call, wanted, size);
  return answerPage(call, wanted, size);
}

// A search by `q` gives its best matches and no next page.
const Q_LIMITS: ReadonlyMap<string, number> = new Map([
  ['/api/v1/users', 10],
  ['/api/v1/groups', 300],
]);

function isUnpaged({ url, match }: ApiCall): boolean {
  return url.searchParams.has('q') && Q_LIMITS.has(match.node.template);
}

function answerAll(call: ApiCall, items: readonly Item[], size?: PageSize): Answer {
  if (!isUnpaged(call)) return success(200, bodyOf(call, items, undefined));
  const wanted = Number(call.url.searchParams.get('limit') ?? Q_LIMITS.get(call.match.node.template));
  return success(200, bodyOf(call, items.slice(0, Math.min(wanted, size?.most ?? wanted)), undefined));
}

function answerPage(call: ApiCall, items: readonly Item[], size: PageSize): Answer {
  const { url, org, operation, match } = call;
  const limit = Number(url.searchParams.get('limit') ?? size.usual);
  // UNVERIFIED: what Okta does with a limit it does not like; some endpoints are known to take the nearest.
  if (!Number.isInteger(limit) || limit < 1) return invalidParameters(`limit must be between 1 and ${size.most}`);
  const page = findPage(call, items, Math.min(limit, size.most));
  if (page === undefined)
    return match.node.template === '/api/v1/devices' ? invalidSearch('Invalid cursor.') : invalidCursor();
  const last = page.items.at(-1)?.id ?? '';
  const next = page.hasMore ? org.backend.cursors.seal(last) : undefined;
  const rows = page.items.map(({ item }) => item);
  const isInBody = operation.method.paging?.kind === 'body-link';
  const body = bodyOf(call, rows, isInBody ? nextUrl(url, next) : undefined);
  const links = listLinks(call, isInBody, Math.min(limit, size.most), next);
  return success(200, body, links);
}

/** Lists whose answers name no page but the next, as recorded. */
const NAMELESS: readonly string[] = [
  '/api/v1/authorizationServers/{}/scopes',
  '/api/v1/policies/{}/rules',
  '/api/v1/principal-rate-limits',
];

function listLinks(
  { url, match }: ApiCall,
  isInBody: boolean,
  limit: number,
  next: string | undefined,
): readonly string[] {
  const { template } = match.node;
  // Recorded: some lists name themselves without a limit.
  const isBare = isInBody || (template === '/api/v1/policies' && next === undefined);
  if (isBare) return [`<${url.href}>; rel="self"`];
  const links = pageLinks(namedUrl(url, template), limit, next);
  return NAMELESS.includes(template) ? links.slice(1) : links;
}

/** The list's URL as its links have it. */
function namedUrl(url: URL, template: string): URL {
  if (template === '/api/v1/realms') return withRealmSearch(url);
  if (!FORGETS_EXPAND.includes(template)) return url;
  const forgetful = new URL(url);
  forgetful.searchParams.delete('expand');
  return forgetful;
}

/** Recorded: Okta adds the search that finds every realm. */
function withRealmSearch(url: URL): URL {
  const searching = new URL(url);
  if (!searching.searchParams.has('search')) searching.searchParams.set('search', 'id pr');
  return searching;
}

interface Numbered {
  readonly id: string;
  readonly item: Item;
}

function findPage({ org, url, match }: ApiCall, items: readonly Item[], limit: number): Page<Numbered> | undefined {
  const idField = idFieldOf(match.node);
  const numbered = items.map((item, index): Numbered => ({ id: itemId(item, idField, index), item }));
  const after = url.searchParams.get('after');
  const position = after === null ? '' : org.backend.cursors.open(after);
  return position === undefined ? undefined : pageAfter(numbered, position, () => true, limit);
}

function nextUrl(url: URL, next: string | undefined): string | undefined {
  if (next === undefined) return undefined;
  const target = new URL(url);
  target.searchParams.set('after', next);
  return target.href;
}

function bodyOf(call: ApiCall, items: readonly Item[], next: string | undefined): unknown {
  const { org, match, url, operation } = call;
  const { rowsAt, scalar, fields } = operation.method.response;
  const hidden = detailsOf(match.node);
  const brief = (item: Item): Item =>
    Object.fromEntries(Object.entries(item).filter(([name]) => !hidden.includes(name)));
  const rows = items.map((item) => {
    if (scalar !== undefined) return item[scalar];
    const listed = hidden.length > 0 ? brief(item) : item;
    return shown(org, expanded(org, match.node.template, listed, url), match, url, fields, false);
  });
  const at = rowsAt[0] ?? '$';
  if (at === '$') return rows;
  const links = { ...parentLinks(call), self: { href: url.href }, ...(next !== undefined && { next: { href: next } }) };
  return { [at.slice(2)]: rows, ...(operation.method.paging?.kind === 'body-link' && { _links: links }) };
}

/** Recorded: what is in a resource set names the set beside itself. */
function parentLinks({ match, url }: ApiCall): object {
  const isPart = /^\/api\/v1\/iam\/resource-sets\/\{\}\/(bindings|resources)$/.test(match.node.template);
  const set = url.pathname.slice(0, url.pathname.lastIndexOf('/'));
  return isPart ? { 'resource-set': { href: url.origin + set } } : {};
}

/** Parameters that choose no rows by an equal field. */
const NOT_FIELDS: readonly string[] = ['after', 'limit', 'q', 'filter', 'search', 'expand', 'sortBy', 'sortOrder'];

/** The items that pass `filter`, `search`, `q` and the parameters named like a field; undefined for a bad expression. */
export function wantedItems(call: ApiCall, items: readonly Item[]): readonly Item[] | undefined {
  const { searchParams } = call.url;
  const { fields } = call.operation.method.response;
  const names = fields.map(({ name }) => name);
  let wanted = items;
  for (const [name, value] of searchParams) {
    if (name === 'filter' || name === 'search') {
      const passes = parseExpression(value, (path, operator) => isKnown(call, name, names, path, operator));
      if (passes === undefined) return undefined;
      wanted = wanted.filter((item) => passes((path) => valueAt(item, path)));
    } else if (name === 'q') {
      wanted = wanted.filter((item) => startsWith(item, value));
    } else if (!NOT_FIELDS.includes(name) && names.includes(name)) {
      wanted = wanted.filter((item) => String(item[name]) === value);
    }
  }
  // Okta's specification: for search queries only.
  const by = searchParams.has('search') ? searchParams.get('sortBy') : null;
  return sorted(wanted, by, searchParams.get('sortOrder'));
}

function isKnown(
  { operation }: ApiCall,
  parameter: string,
  fields: readonly string[],
  path: string,
  operator: string,
): boolean {
  const { filter, search } = operation.method;
  const columns = [filter, search].find((each) => each?.parameter === parameter)?.columns ?? {};
  const documented = Object.hasOwn(columns, path) ? columns[path] : undefined;
  if (documented !== undefined && operator !== 'pr' && !documented.includes(operator)) return false;
  return fields.includes(path.split('.', 1)[0] ?? '');
}

function startsWith(item: Item, prefix: string): boolean {
  const wanted = prefix.toLowerCase();
  const paths = [
    'name',
    'label',
    'displayName',
    'profile.name',
    'profile.firstName',
    'profile.lastName',
    'profile.email',
  ];
  return paths.some((path) => {
    const value = valueAt(item, path);
    return typeof value === 'string' && value.toLowerCase().startsWith(wanted);
  });
}

function sorted(items: readonly Item[], by: string | null, order: string | null): readonly Item[] {
  if (by === null) return items;
  const key = (item: Item): string => String(valueAt(item, by) ?? '');
  const compare = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0);
  const direction = /^desc/i.test(order ?? '') ? -1 : 1;
  // Those with the same value are ordered by their ids.
  return items.toSorted(
    (left, right) =>
      direction * compare(key(left), key(right)) || compare(String(left['id'] ?? ''), String(right['id'] ?? '')),
  );
}
