import { appJson, urlsOf } from '../apps/json.ts';
import type { Item } from '../org/field-values.ts';
import { type ApiOrg, idFieldOf, isList, itemId, pathOf, valueAt } from './api-org.ts';
import { type ApiMatch, type ApiNode, matchPath } from './api-tree.ts';
import type { ApiField } from './documents.ts';
import { hasLinkRule, type LinkPlace, linksFor } from './links.ts';

/** Lists whose items are applications, which other files describe. */
const APPS: readonly string[] = ['/api/v1/apps', '/api/v1/groups/{}/apps', '/api/v1/policies/{}/app'];

/** Lists that show objects of another list, by which their links lead to them. */
const SHOWING: ReadonlyMap<string, string> = new Map([
  ['/api/v1/groups/{}/users', '/api/v1/users'],
  ['/api/v1/users/{}/groups', '/api/v1/groups'],
  ...['/api/v1/groups/{}/roles/{}', '/api/v1/users/{}/roles/{}', '/oauth2/v1/clients/{}/roles/{}'].map(
    (role): [string, string] => [`${role}/targets/groups`, '/api/v1/groups'],
  ),
]);

/** An object as it is sent: with the links that tell what can be done with it. `match` is its list or itself. */
export function shown(
  org: ApiOrg,
  item: Item,
  match: ApiMatch,
  url: URL,
  fields: readonly ApiField[],
  isAlone = true,
): unknown {
  const list = listOf(match);
  if (list !== undefined && APPS.includes(list.node.template)) {
    const app = org.backend.apps.get(String(item['id']));
    if (app !== undefined) return appJson(app, urlsOf(org.backend, url));
  }
  if ('_links' in item || !fields.some(({ name }) => name === '_links')) return item;
  return {
    ...item,
    _links: linksFor(item, placeOf(org, { item, match, list: homeOf(org, list), origin: url.origin, isAlone })),
  };
}

/** Recorded: roles and resource sets name themselves in a header, too. */
export function selfLinks({ node }: ApiMatch, body: unknown): readonly string[] {
  if (!/^\/api\/v1\/iam\/(resource-sets|roles)/.test(node.template)) return [];
  const self = valueAt(body as Item, '_links.self.href');
  return typeof self === 'string' ? [`<${self}>; rel="self"`] : [];
}

function homeOf(org: ApiOrg, list: ApiMatch | undefined): ApiMatch | undefined {
  const path = SHOWING.get(list?.node.template ?? '');
  return path === undefined ? list : matchPath(org.root, path)[0];
}

/** The nearest list on the way to a path, unless an object that is in no list is nearer. */
function listOf(match: ApiMatch): ApiMatch | undefined {
  if (isList(match.node)) return match;
  for (let node: ApiNode | undefined = match.node; node !== undefined; node = node.parent) {
    if (node.isParameter && node.parent !== undefined && isList(node.parent)) {
      return { node: node.parent, values: match.values.slice(0, countOf(node.parent)) };
    }
    if (hasLinkRule(node.template)) return undefined;
  }
  return undefined;
}

function countOf({ template }: ApiNode): number {
  return (template.match(/\{\}/g) ?? []).length;
}

interface Shown {
  readonly item: Item;
  readonly match: ApiMatch;
  readonly list: ApiMatch | undefined;
  readonly origin: string;
  readonly isAlone: boolean;
}

function placeOf(org: ApiOrg, { item, match, list, origin, isAlone }: Shown): LinkPlace {
  const id = list && itemId(item, idFieldOf(list.node), -1);
  const common = { origin, isAlone, allowed: allowedAt(org, origin) };
  if (list === undefined || id === undefined || id === '#-1') {
    const single = singleAbove(match);
    return {
      ...common,
      template: single.node.template,
      values: single.values,
      self: origin + pathOf(single),
      lifecycle: [],
    };
  }
  return {
    ...common,
    template: `${list.node.template}/{}`,
    values: list.values,
    self: `${origin}${pathOf(list)}/${encodeURIComponent(id)}`,
    lifecycle: [...(list.node.parameter?.literals.get('lifecycle')?.literals.keys() ?? [])],
  };
}

/** The object that an action belongs to; the match itself where there is none. */
function singleAbove(match: ApiMatch): ApiMatch {
  for (let node: ApiNode | undefined = match.node; node !== undefined; node = node.parent) {
    if (hasLinkRule(node.template)) return { node, values: match.values.slice(0, countOf(node)) };
  }
  return match;
}

function allowedAt(org: ApiOrg, origin: string): (url: string) => readonly string[] {
  return (url) => {
    const { pathname } = new URL(url, origin);
    return matchPath(org.root, pathname).flatMap(({ node }) => [...node.operations.keys()]);
  };
}
