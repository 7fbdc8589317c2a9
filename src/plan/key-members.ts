/**
 * The names with dots in a query of keys: it is run by itself, from its tree, in which no text says what they lead to.
 *
 * @module
 */

import type { KeySelect } from '../sql/statement.ts';
import type { MemberRef } from './plan.ts';

/**
 * The query, in whose tree each column that leads into a JSON column has its `member`. Undefined where something is taken out of such
 * a member again, or a column goes by the whole name of its resource: only the statement as a whole says what those are.
 *
 * @param members by their offsets
 */
export function withMembers(keys: KeySelect, members: ReadonlyMap<number, MemberRef>): KeySelect | undefined {
  let isKnown = true;
  const visit = (part: unknown): unknown => {
    if (Array.isArray(part)) return part.map(visit);
    if (typeof part !== 'object' || part === null) return part;
    const node = Object.fromEntries(Object.entries(part).map(([key, child]) => [key, visit(child)]));
    const { place, column_names: names } = node;
    const member = typeof place === 'number' ? members.get(place) : undefined;
    const isWholeName = Array.isArray(names) && names.length > 2 && keys.reads.length > 0;
    if (member === undefined ? isWholeName : member.steps.length > 0) isKnown = false;
    return member === undefined ? node : { ...node, member: memberOf(member) };
  };
  const tree = visit(keys.tree);
  return isKnown ? { ...keys, tree } : undefined;
}

function memberOf({ columnLength, path, type }: MemberRef): KeyMember {
  return { columnLength, path, type };
}

/** What the engine makes a call of. */
export type KeyMember = Pick<MemberRef, 'columnLength' | 'path' | 'type'>;
