/**
 * Plans the scans of a SELECT: names are bound, conditions sorted, and then the rules do the rest.
 *
 * @module
 */

import type { SelectStatement } from '../sql/statement.ts';
import { askingsOf } from './asked.ts';
import { isCertain } from './certain.ts';
import type { Draft, DraftRef, PlanContext } from './draft.ts';
import { withMembers } from './key-members.ts';
import { membersIn } from './members.ts';
import type { PlannedRef, QueryPlan, RequestEstimate, ScanQual } from './plan.ts';
import { priceOf } from './prices.ts';
import { columnsRead } from './projection.ts';
import { withBoundArms } from './ranges.ts';
import { type KeyedColumn, type Restrictions, restrictionsOf } from './restrict.ts';
import { requestOf } from './rules/choose-scans.ts';
import { RULES } from './rules.ts';
import { type BoundQuery, type BoundRef, bindQuery, leavesOf, readScopes } from './scope.ts';
import { rejectedWays } from './ways.ts';

/** Throws `UNKNOWN_…` for names and `NO_METHOD` for missing parameters, before anything is requested. */
export function planQuery(statement: SelectStatement, context: PlanContext): QueryPlan {
  // Every name is looked up before anything is planned: a misspelt table is the better message.
  const query = bindQuery(statement.block, context.registry);
  const { draft, rules } = applyRules(draftOf(query), context);
  const { text, parameters, frontEnd } = statement;
  return {
    kind: 'query',
    text,
    parameters,
    frontEnd,
    members: membersIn(query),
    catalog: query.catalog,
    refs: draft.refs.map((ref) => withWays(plannedRef(ref, priceOf(ref, draft, context)), context)),
    ...(context.isExplained === true && { rules }),
    isCertain: isCertain(statement, query),
  };
}

function applyRules(first: Draft, context: PlanContext): { readonly draft: Draft; readonly rules: readonly string[] } {
  let draft = first;
  const rules: string[] = [];
  for (const [name, rule] of Object.entries(RULES)) {
    const next = rule(draft, context);
    if (context.isExplained === true && isChanged(draft, next)) rules.push(name);
    draft = next;
  }
  return { draft, rules };
}

/** Whether another way of reading, or other rows, came of it. */
function isChanged(before: Draft, after: Draft): boolean {
  const textOf = ({ refs }: Draft): string =>
    JSON.stringify(
      refs.map(({ bound: _bound, scan, ...rest }) => [rest, scan?.method.key, scan?.variants, scan?.isEmbedded]),
    );
  return textOf(before) !== textOf(after);
}

function withWays(ref: PlannedRef, context: PlanContext): PlannedRef {
  const { scan, request } = ref;
  return context.isExplained === true && scan !== undefined
    ? { ...ref, rejected: rejectedWays(request, scan, context) }
    : ref;
}

function draftOf(query: BoundQuery): Draft {
  const restrictions = restrictionsOf(query);
  const read = readRefs(query);
  const columns = columnsRead(query);
  const askings = askingsOf(query);
  const refs = query.refs.map(
    (bound): DraftRef => ({
      bound,
      quals: (restrictions.quals.get(bound) ?? [])
        .flatMap(conjuncts)
        .map((qual) => withBoundArms(qual, bound.resource)),
      conditions: restrictions.conditions.get(bound) ?? [],
      askings: askings.get(bound) ?? [],
      stored: columns.get(bound) ?? [],
      meant: {},
      isEmpty: !read.has(bound) || isEmpty(bound, restrictions),
      dependencies: [],
      parentQuals: [],
      without: [],
    }),
  );
  return { query, refs, edges: restrictions.edges, ...usableKeys(restrictions, query) };
}

function usableKeys({ keyed, excluded }: Restrictions, query: BoundQuery): Pick<Draft, 'keyed' | 'excluded'> {
  const members = new Map(membersIn(query).map((member) => [member.offset, member]));
  const placed = (keys: readonly KeyedColumn[]): readonly KeyedColumn[] =>
    keys.flatMap(({ target, values }) => {
      const known = withMembers(values, members);
      return known === undefined ? [] : [{ target, values: known }];
    });
  return { keyed: placed(keyed), excluded: placed(excluded) };
}

function isEmpty(bound: BoundRef, { empty }: Restrictions): boolean {
  return empty.has(bound);
}

/** A CTE that nothing names is not read. */
function readRefs({ root }: BoundQuery): ReadonlySet<BoundRef> {
  const scopes = readScopes(root).filter((scope) => scope.kind === 'select');
  const leaves = scopes.flatMap(({ source }) => leavesOf(source));
  return new Set(leaves.flatMap((leaf) => (leaf.kind === 'resource' ? [leaf.bound] : [])));
}

function conjuncts(qual: ScanQual): readonly ScanQual[] {
  return qual.kind === 'and' ? qual.quals.flatMap(conjuncts) : [qual];
}

function plannedRef(ref: DraftRef, estimate: RequestEstimate | undefined): PlannedRef {
  const { bound, stored, meant, dependencies, late, without, scan, conditions, limit, onceBy } = ref;
  const fed = dependencies.flatMap(({ pairs }) => pairs.map(({ column }) => column));
  return {
    ordinal: bound.ref.ordinal,
    name: bound.ref.name,
    ...(bound.ref.alias !== undefined && { alias: bound.ref.alias }),
    // The engine binds the names that are meant.
    columns: [...bound.columns, ...stored.filter((column) => !bound.columns.includes(column))],
    stored: stored.map(({ name }) => name),
    meant,
    request: requestOf(ref, { fed, allowParent: dependencies.length === 0 }),
    dependencies,
    ...(late !== undefined && { late }),
    without,
    ...(scan !== undefined && { scan }),
    ...(estimate !== undefined && { estimate }),
    conditions,
    ...(limit !== undefined && { limit }),
    ...(onceBy !== undefined && { onceBy }),
  };
}
