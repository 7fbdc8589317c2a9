import { type Answer, noContent, success } from '../answer.ts';
import { notFound } from '../errors.ts';
import type { Item } from '../org/field-values.ts';
import { oktaTime } from '../org/org.ts';
import { defaultsFor, keepsUnnamed, storable } from '../org/recorded-fields.ts';
import {
  type ApiOrg,
  fieldsOf,
  idFieldOf,
  isCollection,
  itemId,
  itemsAt,
  listAt,
  makeItem,
  parentOf,
  pathOf,
  ruleFor,
} from './api-org.ts';
import type { ApiMatch } from './api-tree.ts';
import type { ApiOperation } from './documents.ts';
import { statusOf } from './statuses.ts';
import { typeOf } from './types.ts';

/** One call of an operation that the documents describe. */
export interface ApiCall {
  readonly org: ApiOrg;
  readonly match: ApiMatch;
  readonly operation: ApiOperation;
  readonly url: URL;
  /** The object that was sent; empty where there was none. */
  readonly body: Item;
}

/** What an operation comes to: an answer, or an object that the operation's own form has yet to be given to. */
export type Outcome = Answer | { readonly object: Item };

/** Lists to which items are added by a PUT or a POST to the item's own path. */
const ASSIGNED_BY_PATH: readonly RegExp[] = [
  /\/targets\/groups$/,
  /\/targets\/catalog\/apps$/,
  /\/api\/v1\/groups\/\{\}\/users$/,
  /\/api\/v1\/apps\/\{\}\/groups$/,
  /\/api\/v1\/iam\/roles\/\{\}\/permissions$/,
  /\/api\/v1\/idps\/\{\}\/users$/,
];

/** Stores a new object: what was sent, and what Okta adds to it. */
export function create({ org, match, operation, body }: ApiCall): Item {
  const items = listAt(org, match);
  const writable = (operation.method.body?.fields ?? []).map(({ name }) => name);
  const idField = idFieldOf(match.node);
  const fields = [...fieldsOf(match.node), ...operation.method.response.fields];
  const own = fields.filter(({ name }) => !writable.includes(name) || name === 'status' || name === idField);
  const made = makeItem(org, match, own, items.size + 1000);
  const born = { ...made, ...timesOf(org, made, ['created', 'lastUpdated']) };
  const { template } = match.node;
  const sent = storable(template, body, Object.keys(born));
  const item = { ...born, ...merged(defaultsFor(template, born), sent), ...scalarOf(match, body) };
  items.set(itemId(item, idField, items.size), item);
  return item;
}

// What is listed as a bare text is sent as the only member of an object.
function scalarOf({ node }: ApiMatch, body: Item): Item {
  const scalar = node.operations.get('GET')?.method.response.scalar;
  const text = Object.values(body).find((value) => typeof value === 'string');
  return scalar === undefined || text === undefined ? {} : { [scalar]: text };
}

/** Reads, changes or removes one object of a list. */
export function performOnItem(call: ApiCall, list: ApiMatch): Outcome {
  const id = call.match.values.at(-1) ?? '';
  const items = listAt(call.org, list);
  const item = items.get(id);
  const { httpMethod } = call.operation.method;
  if (httpMethod === 'GET') return find(call.org, list, id);
  if (item === undefined) return httpMethod === 'DELETE' ? unknownItem(list, id) : assign(call, list, id);
  if (httpMethod === 'DELETE') {
    items.delete(id);
    forgetBelow(call);
    return removed(call);
  }
  const changed = touched(
    call.org,
    httpMethod === 'PUT' ? replaced(call, item, list.node.template) : merged(item, call.body),
  );
  const idField = idFieldOf(list.node);
  const stored = idField in item ? { ...changed, [idField]: item[idField] } : changed;
  items.set(id, stored);
  return { object: stored };
}

/** The answer to a DELETE. */
function removed({ match, operation }: ApiCall): Outcome {
  const status = statusOf(`DELETE ${match.node.template}`, operation.method);
  return status === 204 ? noContent() : success(status, {});
}

/** An object of a list as it is shown. */
function find(org: ApiOrg, list: ApiMatch, id: string): Outcome {
  const { derive, view } = ruleFor(list.node);
  const idField = idFieldOf(list.node);
  const isStored = derive === undefined && view === undefined;
  const item = isStored ? listAt(org, list).get(id) : itemsAt(org, list).find((each) => itemId(each, idField) === id);
  return item === undefined ? unknownItem(list, id) : { object: item };
}

function unknownItem({ node, values }: ApiMatch, id: string): Answer {
  // Recorded: a refresh token is looked up by its application and its id.
  const name = node.template === '/api/v1/apps/{}/tokens' ? `${values[0]}.${id}` : id;
  return notFound(name, typeOf(node).type);
}

/** Reads, changes or removes an object of which there is one, per org or per parent. */
export function performOnSingle(call: ApiCall): Outcome {
  const { org, match, operation, body } = call;
  const { httpMethod } = operation.method;
  const path = pathOf(match);
  if (httpMethod === 'DELETE') {
    org.singles.set(path, null);
    return removed(call);
  }
  const stored = org.singles.get(path);
  if (httpMethod === 'GET') {
    return stored === null && match.node.isParameter
      ? notFound(match.values.at(-1) ?? '', typeOf(match.node).type)
      : { object: stored ?? single(org, match) };
  }
  const known = stored ?? single(org, match);
  const object = touched(org, httpMethod === 'PUT' ? replaced(call, known, match.node.template) : merged(known, body));
  org.singles.set(path, object);
  return { object };
}

/** An object of which there is one, made at its first use. */
export function single(org: ApiOrg, match: ApiMatch): Item {
  const path = pathOf(match);
  const known = org.singles.get(path);
  if (known) return known;
  const { seed } = ruleFor(match.node);
  const made = makeItem(org, match, fieldsOf(match.node), 0);
  const fields = fieldsOf(match.node).map(({ name }) => name);
  const parameter = [...match.node.operations.values()][0]?.method.path.match(/\{([^}]*)\}$/)?.[1];
  const named = parameter !== undefined && fields.includes(parameter) ? { [parameter]: match.values.at(-1) } : {};
  const id = match.node.isParameter && fields.includes('id') ? { id: match.values.at(-1) } : {};
  return { ...made, ...id, ...named, ...(seed !== undefined && seedOf(org, match)) };
}

function seedOf(org: ApiOrg, match: ApiMatch): Item {
  return [...listAt(org, match).values()][0] ?? {};
}

/** An action on what its path is below: it sets the status that the documents or its name promise. */
export function performAction(call: ApiCall): Outcome {
  const subject = subjectOf(call);
  if (subject === undefined) return { object: answerItem(call) };
  const { list, id, item } = subject;
  const status = statusAfter(call);
  if (status === undefined || !('status' in item)) return { object: { ...answerItem(call), ...common(call, item) } };
  const changed = touched(call.org, { ...item, status });
  if (id === undefined) call.org.singles.set(pathOf(list), changed);
  else listAt(call.org, list).set(id, changed);
  return { object: isSameTable(call, changed) ? changed : { ...answerItem(call), ...common(call, changed) } };
}

interface Subject {
  /** The list it is in, or its own place where it is in none. */
  readonly list: ApiMatch;
  readonly id: string | undefined;
  readonly item: Item;
}

/** The nearest stored object on the way to a path. */
export function subjectOf({ org, match }: Pick<ApiCall, 'match' | 'org'>): Subject | undefined {
  for (let place = parentOf(match); place !== undefined; place = parentOf(place)) {
    const list = parentOf(place);
    const id = place.values.at(-1);
    if (place.node.isParameter && list !== undefined && id !== undefined && isCollection(list.node)) {
      const item = listAt(org, list).get(id);
      return item && { list, id, item };
    }
    if (place.node.operations.has('GET')) return { list: place, id: undefined, item: single(org, place) };
  }
  return undefined;
}

const STATUS_AFTER: ReadonlyMap<string, string> = new Map([
  ['activate', 'ACTIVE'],
  ['deactivate', 'INACTIVE'],
  ['suspend', 'SUSPENDED'],
  ['unsuspend', 'ACTIVE'],
  ['unlock', 'ACTIVE'],
  ['pause', 'PAUSED'],
  ['resume', 'IN_PROGRESS'],
  ['stop', 'CANCELLED'],
  ['retry', 'IN_PROGRESS'],
  ['verify', 'VERIFIED'],
]);

function statusAfter({ operation, match }: ApiCall): string | undefined {
  const byMethod = Object.entries(operation.transitions['status'] ?? {});
  const named = byMethod.find(([, name]) => name === operation.method.name)?.[0];
  return named ?? STATUS_AFTER.get(match.node.segment);
}

// An action on a user may answer a token; on a key it answers the key.
function isSameTable({ operation }: ApiCall, item: Item): boolean {
  return operation.method.response.fields.filter(({ name }) => name in item).length > 1;
}

function common({ operation }: ApiCall, item: Item): Item {
  const fields = operation.method.response.fields.map(({ name }) => name);
  return Object.fromEntries(Object.entries(item).filter(([name]) => fields.includes(name)));
}

function answerItem({ org, match, operation }: ApiCall): Item {
  return makeItem(org, match, operation.method.response.fields, 0);
}

function assign(call: ApiCall, list: ApiMatch, id: string): Outcome {
  if (!ASSIGNED_BY_PATH.some((pattern) => pattern.test(list.node.template))) return unknownItem(list, id);
  const made = makeItem(call.org, list, fieldsOf(list.node), listAt(call.org, list).size);
  const item = { ...made, ...timesOf(call.org, made, ['created', 'lastUpdated']), [idFieldOf(list.node)]: id };
  listAt(call.org, list).set(id, { ...item, ...call.body });
  return find(call.org, list, id);
}

/** Fields that a PUT may name, and that stay where it does not. */
const LASTING: readonly string[] = ['status', 'system', 'type'];

// What a PUT does not name is gone, but for what only Okta writes.
function replaced({ operation, body }: ApiCall, item: Item, template: string): Item {
  const sent = storable(template, body, Object.keys(item));
  if (keepsUnnamed(template)) return { ...item, ...sent };
  const writable = (operation.method.body?.fields ?? []).map(({ name }) => name);
  const kept = Object.entries(item).filter(([name]) => !writable.includes(name) || LASTING.includes(name));
  const filled = merged(defaultsFor(template, item), sent);
  const named = Object.entries(filled).filter(([name]) => name in sent);
  return inOrderOf(item, { ...Object.fromEntries(kept), ...Object.fromEntries(named) });
}

// Okta answers in an order of its own, not in that of a body.
function inOrderOf(item: Item, changed: Item): Item {
  const known = Object.keys(item).filter((name) => name in changed);
  return { ...Object.fromEntries(known.map((name) => [name, changed[name]])), ...changed };
}

/** Objects are merged, all other values replaced. */
export function merged(item: Item, changes: Item): Item {
  const entries = Object.entries(changes).map(([name, value]): [string, unknown] => {
    const before = item[name];
    return [name, isObject(before) && isObject(value) ? merged(before, value) : value];
  });
  return { ...item, ...Object.fromEntries(entries) };
}

function isObject(value: unknown): value is Item {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The object with the time of its last change. */
export function touched(org: ApiOrg, item: Item): Item {
  return { ...item, ...timesOf(org, item, ['lastUpdated']) };
}

function timesOf(org: ApiOrg, item: Item, names: readonly string[]): Item {
  const now = oktaTime(org.backend.now());
  return Object.fromEntries(names.filter((name) => name in item).map((name) => [name, now]));
}

function forgetBelow({ org, match }: ApiCall): void {
  const prefix = `${pathOf(match)}/`;
  for (const path of org.lists.keys()) if (path.startsWith(prefix)) org.lists.delete(path);
  for (const path of org.singles.keys()) if (path.startsWith(prefix)) org.singles.delete(path);
}
