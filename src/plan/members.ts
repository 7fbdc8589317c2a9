/**
 * Which names with dots of a statement lead into JSON columns of resources: the engine is told what is there, since it knows of
 * JSON columns only that they are JSON. All other dots mean what they mean to it.
 *
 * @module
 */

import type { DottedRef } from '../sql/statement.ts';
import { dottedMember } from './places.ts';
import type { MemberRef } from './plan.ts';
import { type BlockScope, type BoundQuery, type Names, readScopes, type Source } from './scope.ts';

/** In the order of the text, each place once. */
export function membersIn({ root, ctes }: BoundQuery): readonly MemberRef[] {
  const found = new Map<number, MemberRef>();
  // A CTE that nothing names is bound like all other text.
  for (const scope of [root, ...ctes].flatMap(readScopes)) {
    if (scope.kind !== 'select') continue;
    // Where a join's own condition says what a name is, the block around it may know of more tables and be less sure.
    for (const { dotted, names } of placesIn(scope)) add(dotted, names, found);
  }
  return [...found.values()].toSorted((a, b) => a.offset - b.offset);
}

interface Placed {
  readonly dotted: readonly DottedRef[];
  readonly names: Names;
}

function placesIn({ source, block, names }: BlockScope & { readonly kind: 'select' }): readonly Placed[] {
  return [...joinsIn(source), { dotted: block.dotted ?? [], names }];
}

function joinsIn(source: Source | undefined): readonly Placed[] {
  return source?.kind === 'join' ? [...joinsIn(source.left), ...joinsIn(source.right), source] : [];
}

function add(dotted: readonly DottedRef[], names: Names, found: Map<number, MemberRef>): void {
  for (const reference of dotted) {
    const member = found.has(reference.offset) ? undefined : dottedMember(reference, names);
    if (member !== undefined) found.set(reference.offset, { ...reference, ...member });
  }
}
