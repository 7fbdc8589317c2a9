import { type ApiOrg, idFieldOf, isList, itemId, pathOf } from './api-org.ts';
import { type ApiMatch, type ApiNode, matchPath } from './api-tree.ts';
import { appJson } from './app-json.ts';
import type { ApiField } from './documents.ts';
import type { Item } from './field-values.ts';

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
export function shown(org: ApiOrg, item: Item, match: ApiMatch, url: URL, fields: readonly ApiField[]): unknown {
  const list = listOf(match);
  if (list !== undefined && APPS.includes(list.node.template)) {
    const app = org.backend.apps.get(String(item['id']));
    if (app !== undefined) return appJson(app, { origin: url.origin, orgId: org.backend.orgId });
  }
  if ('_links' in item || !fields.some(({ name }) => name === '_links')) return item;
  return { ...item, _links: linksOf(item, match, homeOf(org, list), url.origin) };
}

function homeOf(org: ApiOrg, list: ApiMatch | undefined): ApiMatch | undefined {
  const path = SHOWING.get(list?.node.template ?? '');
  return path === undefined ? list : matchPath(org.root, path)[0];
}

function listOf(match: ApiMatch): ApiMatch | undefined {
  if (isList(match.node)) return match;
  for (let node: ApiNode | undefined = match.node; node !== undefined; node = node.parent) {
    if (node.isParameter && node.parent !== undefined && isList(node.parent)) {
      const count = (node.parent.template.match(/\{\}/g) ?? []).length;
      return { node: node.parent, values: match.values.slice(0, count) };
    }
  }
  return undefined;
}

function linksOf(item: Item, match: ApiMatch, list: ApiMatch | undefined, origin: string): object {
  const node = list?.node.parameter;
  const id = list && itemId(item, idFieldOf(list.node), -1);
  if (list === undefined || node === undefined || id === undefined || id === '#-1') {
    return { self: { href: origin + pathOf(match) } };
  }
  const href = origin + pathOf({ node, values: [...list.values, id] });
  const allow = [...node.operations.keys()];
  return { self: { href, ...(allow.length > 0 && { hints: { allow } }) }, ...lifecycleLinks(item, node, href) };
}

function lifecycleLinks(item: Item, node: ApiNode, href: string): object {
  const verbs = [...(node.literals.get('lifecycle')?.literals.keys() ?? [])];
  const refused = item['status'] === 'ACTIVE' ? 'activate' : 'deactivate';
  const offered = verbs.filter((verb) => verb !== refused && /^(de)?activate$/.test(verb));
  const link = (verb: string): object => ({ href: `${href}/lifecycle/${verb}`, hints: { allow: ['POST'] } });
  return Object.fromEntries(offered.map((verb) => [verb, link(verb)]));
}
