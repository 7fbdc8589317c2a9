import type { Item } from '../org/field-values.ts';
import { type ApiOrg, itemsOf } from './api-org.ts';

const ROLES = '/api/v1/iam/roles';

type Naming = (item: Item, value: string, org: ApiOrg) => boolean;

const byLabel: Naming = (item, value) => item['label'] === value;

/**
 * What Okta takes in place of an id, by the template of the list: labels of roles and resource sets, and the ids of external
 * groups, by its specification; `default` by its guides.
 */
const NAMINGS: ReadonlyMap<string, Naming> = new Map<string, Naming>([
  [ROLES, byLabel],
  ['/api/v1/iam/resource-sets', byLabel],
  // A binding is named by its role.
  [
    '/api/v1/iam/resource-sets/{}/bindings',
    (item, value, org) => itemsOf(org, ROLES).some((role) => role['id'] === item['id'] && byLabel(role, value, org)),
  ],
  ['/api/v1/authorizationServers', (item, value) => value === 'default' && item['name'] === 'default'],
  ['/api/v1/meta/types/user', (item, value) => value === 'default' && item['default'] === true],
  ['/api/v1/identity-sources/{}/groups', (item, value) => item['id'] === value],
]);

/** Whether Okta finds the item of a list by this name. */
export function isNamedBy(org: ApiOrg, list: string, item: Item, value: string): boolean {
  return NAMINGS.get(list)?.(item, value, org) ?? false;
}
