import type { CollectionRule } from './collections.ts';
import { ACCESS } from './seeds-access.ts';
import { LOG } from './seeds-log.ts';
import { ORG_LISTS } from './seeds-org.ts';
import { PEOPLE } from './seeds-people.ts';
import { POLICY_LISTS } from './seeds-policies.ts';

/** What is particular about lists, by template; all others hold two objects with made-up values. */
export const COLLECTIONS: ReadonlyMap<string, CollectionRule> = new Map([
  ...PEOPLE,
  ...ACCESS,
  ...POLICY_LISTS,
  ...ORG_LISTS,
  ...LOG,
]);
