import type { Backend } from '../apps/operation.ts';
import type { CollectionRule, Scene } from '../org/collections.ts';
import { fieldValue, type Item } from '../org/field-values.ts';
import { createRandom, oktaId } from '../org/ids.ts';
import { isShown } from '../org/recorded-fields.ts';
import { COLLECTIONS } from '../org/seeds.ts';
import { type ApiMatch, type ApiNode, buildTree, matchPath } from './api-tree.ts';
import { type ApiField, type ApiOperation, readOperations } from './documents.ts';
import { typeOf } from './types.ts';

/** Everything that is stored of the API beyond applications and their public keys. */
export interface ApiOrg {
  readonly backend: Backend;
  readonly root: ApiNode;
  /** Concrete path of a list → its items by id. They are filled with seed data when first looked at. */
  readonly lists: Map<string, Map<string, Item>>;
  /** Concrete path of an object that is in no list → the object, or null when it was deleted. */
  readonly singles: Map<string, Item | null>;
  readonly seed: number;
  /** The time for which seed data was made. */
  readonly began: Date;
}

let tree: ApiNode | undefined;

/** All orgs have the same, read when there is one. */
function apiTree(): ApiNode {
  tree ??= buildTree(readOperations());
  return tree;
}

export function createApiOrg(backend: Backend, seed: number): ApiOrg {
  return { backend, root: apiTree(), lists: new Map(), singles: new Map(), seed, began: backend.now() };
}

/** The path that a match stands for. */
export function pathOf({ node, values }: ApiMatch): string {
  let used = 0;
  return node.template.replaceAll('{}', () => {
    used += 1;
    return encodeURIComponent(values[used - 1] ?? '');
  });
}

/** The match of the list or object that a match is in; its last value goes with its parameter. */
export function parentOf({ node, values }: ApiMatch): ApiMatch | undefined {
  if (node.parent === undefined) return undefined;
  return { node: node.parent, values: node.isParameter ? values.slice(0, -1) : values };
}

/** Whether a path answers a list. */
export function isList(node: ApiNode): boolean {
  return node.operations.get('GET')?.method.response.kind === 'list';
}

/** Whether objects are kept at a path, even where they cannot be listed. */
export function isCollection(node: ApiNode): boolean {
  if (isList(node)) return true;
  const { parameter, operations } = node;
  return parameter !== undefined && operations.has('POST') && !operations.has('GET') && parameter.operations.has('GET');
}

export function ruleFor(node: ApiNode): CollectionRule {
  return COLLECTIONS.get(node.template) ?? {};
}

/** The stored items of a list by id, to be changed in place. */
export function listAt(org: ApiOrg, list: ApiMatch): Map<string, Item> {
  const path = pathOf(list);
  const known = org.lists.get(path);
  if (known !== undefined) return known;
  const items = new Map<string, Item>();
  org.lists.set(path, items);
  const idField = idFieldOf(list.node);
  for (const [index, item] of seedItems(org, list).entries()) items.set(itemId(item, idField, index), item);
  return items;
}

/** The items of a list as they are shown, in order. */
export function itemsAt(org: ApiOrg, list: ApiMatch): readonly Item[] {
  const { derive, view } = ruleFor(list.node);
  if (derive !== undefined) return derive(sceneOf(org, list));
  const items = [...listAt(org, list).values()];
  if (view === undefined) return items;
  const scene = sceneOf(org, list);
  return items.flatMap((item): readonly Item[] => {
    const seen = view(scene, item);
    return seen === undefined ? [] : [seen];
  });
}

/** The items of the list with this path. */
export function itemsOf(org: ApiOrg, path: string): readonly Item[] {
  const [match] = matchPath(org.root, path);
  return match === undefined ? [] : itemsAt(org, match);
}

/** The tree of paths is made once, and each item of a list asks. */
const idFields = new WeakMap<ApiNode, string>();

/** The field of a list's items that its item paths carry; dots lead into objects. */
export function idFieldOf(list: ApiNode): string {
  const known = idFields.get(list) ?? findIdField(list);
  idFields.set(list, known);
  return known;
}

function findIdField(list: ApiNode): string {
  const rule = ruleFor(list);
  if (rule.idField !== undefined) return rule.idField;
  const fields = fieldsOf(list).map(({ name }) => name);
  for (const { method, aliases } of list.parameter?.operations.values() ?? []) {
    const parameter = method.path.slice(method.path.lastIndexOf('{') + 1, -1);
    const alias = aliases[parameter];
    if (alias !== undefined && fields.includes(alias)) return alias;
    if (!fields.includes('id') && fields.includes(parameter)) return parameter;
  }
  if (fields.includes('id')) return 'id';
  return list.operations.get('GET')?.method.response.scalar ?? fields[0] ?? 'id';
}

export function itemId(item: Item, idField: string, index = 0): string {
  const value = valueAt(item, idField);
  return typeof value === 'string' ? value : `#${index}`;
}

/** The value at a dotted path, or undefined. */
export function valueAt(item: Item, path: string): unknown {
  return path.split('.').reduce<unknown>((value, name) => {
    return typeof value === 'object' && value !== null ? (value as Item)[name] : undefined;
  }, item);
}

/** An object of the API with made-up values for the given fields. */
export function makeItem(org: ApiOrg, place: ApiMatch, fields: readonly ApiField[], index: number): Item {
  const random = createRandom(`api ${org.seed} ${pathOf(place)} ${index}`);
  const making = { random, index, noun: typeOf(place.node).noun, now: org.began, refer: referrer(org, index) };
  const wanted = fields.filter(({ name }) => isShown(place.node.template, name));
  const entries = wanted.map(({ name, type }): [string, unknown] => [name, fieldValue(name, type, making)]);
  const made = Object.fromEntries(entries.filter(([, value]) => value !== undefined));
  const item = { ...made, ...ofPlace(org, place, made) };
  return 'id' in item ? { ...item, id: oktaId(random, typeOf(place.node).prefix) } : item;
}

/** What an object says of the place where it is: a grant below a user is that user's, and the org's settings name the org. */
function ofPlace({ backend }: ApiOrg, { node, values }: ApiMatch, made: Item): Item {
  if (node.template === '/api/v1/org') return { subdomain: backend.subdomain };
  const path = firstOperation(node)?.method.path ?? '';
  const owners = [...path.matchAll(/\{([^}]+)\}/g)].map(([, name = ''], index) => [name, values[index]] as const);
  return Object.fromEntries(owners.filter(([name, value]) => typeof made[name] === 'string' && value !== undefined));
}

/** The fields of a list's items, or of the object at a path. */
export function fieldsOf(node: ApiNode): readonly ApiField[] {
  const operation = node.operations.get('GET') ?? firstOperation(node);
  return operation?.method.response.fields ?? [];
}

/** Names of fields that an object has on its own, but not in its list. */
export function detailsOf(list: ApiNode): readonly string[] {
  const listed = fieldsOf(list).map(({ name }) => name);
  return ownFields(list).filter((name) => !listed.includes(name));
}

function ownFields(list: ApiNode): readonly string[] {
  const { response } = list.parameter?.operations.get('GET')?.method ?? {};
  return response?.kind === 'object' ? response.fields.map(({ name }) => name) : [];
}

function firstOperation(node: ApiNode): ApiOperation | undefined {
  return [...node.operations.values()].find(({ method }) => method.response.fields.length > 0);
}

function seedItems(org: ApiOrg, list: ApiMatch): readonly Item[] {
  const { seed } = ruleFor(list.node);
  const scene = sceneOf(org, list);
  return seed === undefined ? [scene.make({}, 0), scene.make({}, 1)] : seed(scene);
}

function sceneOf(org: ApiOrg, list: ApiMatch): Scene {
  const details = detailsOf(list.node);
  const own = list.node.parameter === undefined ? [] : fieldsOf(list.node.parameter);
  const fields = [...fieldsOf(list.node), ...own.filter(({ name }) => details.includes(name))];
  return {
    values: list.values,
    now: org.began,
    seed: org.seed,
    apps: [...org.backend.apps.values()],
    orgId: org.backend.orgId,
    make: (overrides, index) => ({ ...makeItem(org, list, fields, index), ...overrides }),
    items: (path) => itemsOf(org, path),
  };
}

function referrer(org: ApiOrg, index: number): (to: 'app' | 'client' | 'group' | 'user') => string {
  const pick = (ids: readonly string[]): string => ids[index % ids.length] ?? '';
  const apps = [...org.backend.apps.values()];
  return (to) => {
    switch (to) {
      case 'app':
        return pick(apps.map(({ id }) => id));
      case 'client':
        return pick(apps.filter(({ oauthClient }) => oauthClient !== undefined).map(({ id }) => id));
      case 'group':
        return pick(itemsOf(org, '/api/v1/groups').map(({ id }) => String(id)));
      case 'user':
        return pick(itemsOf(org, '/api/v1/users').map(({ id }) => String(id)));
    }
  };
}
