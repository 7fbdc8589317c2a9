import type { Item } from '../org/field-values.ts';
import type { SimulatedApp } from '../org/org.ts';
import { type ApiOrg, idFieldOf, isCollection, itemId, listAt, pathOf, ruleFor } from './api-org.ts';
import { type ApiMatch, matchPath } from './api-tree.ts';
import { single } from './crud.ts';

/**
 * Changes the stored items of a list, or the object of which there is one, and gives what undoes it.
 *
 * @throws TypeError for a path where nothing is stored
 */
export function editItems(org: ApiOrg, path: string, change: (items: readonly Item[]) => readonly Item[]): () => void {
  const match = matchPath(org.root, path).find(({ node }) => isStored(node));
  if (match === undefined) throw new TypeError(`Nothing is stored at ${path}.`);
  return isCollection(match.node) ? editList(org, match, change) : editSingle(org, match, change);
}

function isStored(node: ApiMatch['node']): boolean {
  const isInList = node.isParameter && node.parent !== undefined && isCollection(node.parent);
  return node.operations.has('GET') && !isInList && ruleFor(node).derive === undefined;
}

function editList(org: ApiOrg, match: ApiMatch, change: (items: readonly Item[]) => readonly Item[]): () => void {
  const items = listAt(org, match);
  const idField = idFieldOf(match.node);
  const before = [...items.values()];
  const set = (wanted: readonly Item[]): void => {
    items.clear();
    for (const [index, item] of wanted.entries()) items.set(itemId(item, idField, index), item);
  };
  set(change(before));
  return () => set(before);
}

function editSingle(org: ApiOrg, match: ApiMatch, change: (items: readonly Item[]) => readonly Item[]): () => void {
  const path = pathOf(match);
  const before = single(org, match);
  org.singles.set(path, change([before])[0] ?? null);
  return () => org.singles.set(path, before);
}

/** Changes the applications, and gives what undoes it. */
export function editApps(
  apps: Map<string, SimulatedApp>,
  change: (apps: readonly SimulatedApp[]) => readonly SimulatedApp[],
): () => void {
  const before = [...apps.values()];
  const set = (wanted: readonly SimulatedApp[]): void => {
    apps.clear();
    for (const app of wanted) apps.set(app.id, app);
  };
  set(change(before));
  return () => set(before);
}
