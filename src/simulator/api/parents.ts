import type { ErrorAnswer } from '../answer.ts';
import { notFound } from '../errors.ts';
import type { Item } from '../org/field-values.ts';
import { type ApiOrg, idFieldOf, isCollection, itemId, itemsAt, listAt, ruleFor, valueAt } from './api-org.ts';
import type { ApiMatch, ApiNode } from './api-tree.ts';
import { isNamedBy } from './names.ts';
import { typeOf } from './types.ts';

/**
 * The same match with every value replaced by the id it stands for (a login by the id of its user), or the error of the
 * first parent that does not exist. The last value is left to the operation, which may be about to create it.
 */
export function findParents(org: ApiOrg, match: ApiMatch): ApiMatch | ErrorAnswer {
  const nodes = parameterNodes(match.node);
  const values: string[] = [];
  for (const [index, node] of nodes.entries()) {
    const value = match.values[index] ?? '';
    const id = findId(org, node, value, values);
    if (id === undefined && node !== match.node) return notFound(value, typeOf(node).type);
    values.push(id ?? value);
  }
  return { node: match.node, values };
}

function parameterNodes(node: ApiNode): readonly ApiNode[] {
  const above = node.parent === undefined ? [] : parameterNodes(node.parent);
  return node.isParameter ? [...above, node] : above;
}

/** Paths whose parameter is an application although no list of the document says so. */
const APP_PARAMETERS: readonly string[] = [
  '/api/v1/apps/{}',
  // Here the application comes second, behind its kind.
  '/api/v1/apps/{}/{}',
  '/api/v1/directories/{}',
  '/api/v1/identity-sources/{}',
  '/api/v1/meta/schemas/apps/{}',
  '/oauth2/v1/clients/{}',
];

/** Names that need not be in the list above them: kinds of applications that a role is limited to. */
const FREE = /\/targets\/catalog\/apps\/\{\}$/;

function findId(org: ApiOrg, node: ApiNode, value: string, parents: readonly string[]): string | undefined {
  const { parent } = node;
  if (APP_PARAMETERS.includes(node.template)) return org.backend.apps.has(value) ? value : undefined;
  if (node.template === '/webauthn-registration/api/v1/users/{}') return userId(org, value);
  if (parent === undefined || !isCollection(parent) || FREE.test(node.template)) return value;
  if (parent.template === '/api/v1/users') return userId(org, value);
  const list = { node: parent, values: parents };
  if (ruleFor(parent).derive === undefined && listAt(org, list).has(value)) return value;
  const idField = idFieldOf(parent);
  const items = itemsAt(org, list);
  const isWanted = (item: Item): boolean =>
    itemId(item, idField) === value || isNamedBy(org, parent.template, item, value);
  const found = items.find(isWanted);
  return found && itemId(found, idField);
}

function userId(org: ApiOrg, value: string): string | undefined {
  const [node] = [org.root.literals.get('api')?.literals.get('v1')?.literals.get('users')];
  if (node === undefined) return undefined;
  const users = listAt(org, { node, values: [] });
  if (users.has(value)) return value;
  const found = value === 'me' ? [...users.values()][0] : userNamed([...users.values()], value);
  return found === undefined ? undefined : String(found['id']);
}

/** A login's part before the @ will do where only one user has it. */
function userNamed(users: readonly Item[], value: string): Item | undefined {
  const loginOf = (user: Item): string => String(valueAt(user, 'profile.login'));
  const byShortName = users.filter((user) => loginOf(user).split('@')[0] === value);
  return users.find((user) => loginOf(user) === value) ?? (byShortName.length === 1 ? byShortName[0] : undefined);
}
