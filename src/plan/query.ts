/**
 * Plans the scans of a SELECT, block by block.
 *
 * @module
 */

import type { Registry } from '../registry/registry.ts';
import type { Resource } from '../registry/resource.ts';
import { allBlocks, type Literal, type QueryBlock, type SelectStatement } from '../sql/statement.ts';
import { canonicalName, parameterOf } from './assignments.ts';
import {
  type BoundColumn,
  type BoundRef,
  bindRefs,
  isSameColumn,
  mayRestrict,
  resolveColumn,
  sameName,
  usingConditions,
} from './bind.ts';

import type { Dependency, PlannedRef, QueryPlan, Scan, ScanQual } from './plan.ts';
import { planScan, type ScanRequest, tryPlanScan } from './scan.ts';

export interface PlanContext {
  readonly registry: Registry;
  readonly defaults: Readonly<Record<string, Literal>>;
}

/** Throws `UNKNOWN_…` for names and `NO_METHOD` for missing parameters, before anything is requested. */
export function planQuery(statement: SelectStatement, context: PlanContext): QueryPlan {
  const blocks = [...allBlocks(statement.block)];
  // Every name is looked up before anything is planned: a misspelt table is the better message.
  const bound = blocks.map((block) => ({ block, refs: bindRefs(block, context.registry) }));
  const refs = bound.flatMap(({ block, refs: blockRefs }) => planBlock(block, blockRefs, context));
  return { kind: 'query', text: statement.text, refs: refs.toSorted((a, b) => a.ordinal - b.ordinal) };
}

/** A reference on its way to being planned. Facts are only ever added. */
interface Draft {
  readonly bound: BoundRef;
  readonly quals: readonly (ScanQual & { readonly kind: 'in' })[];
}

/** An equality between columns of two references, usable to restrict `target`. */
interface Edge {
  readonly target: BoundColumn;
  readonly source: BoundColumn;
}

function planBlock(block: QueryBlock, refs: readonly BoundRef[], context: PlanContext): readonly PlannedRef[] {
  const edges = edgesOf(block, refs);
  const drafts = propagateConstants(
    refs.map((bound) => draftOf(bound, block, refs)),
    edges,
  );
  return planDrafts(drafts, edges, context);
}

function draftOf(bound: BoundRef, block: QueryBlock, refs: readonly BoundRef[]): Draft {
  const quals = block.conditions.flatMap(({ at, qual }) => {
    if (qual.kind !== 'in' || !mayRestrict(at, bound.index, block.from)) return [];
    const column = resolveColumn(qual.column, block, refs);
    return column?.bound === bound ? [{ kind: 'in' as const, column: column.column, values: qual.values }] : [];
  });
  return { bound, quals };
}

function edgesOf(block: QueryBlock, refs: readonly BoundRef[]): readonly Edge[] {
  return [...block.conditions, ...usingConditions(block, refs)].flatMap(({ at, qual }) => {
    if (qual.kind !== 'sameAs') return [];
    const left = resolveColumn(qual.left, block, refs);
    const right = resolveColumn(qual.right, block, refs);
    if (left === undefined || right === undefined || left.bound === right.bound) return [];
    if (!isSameColumn(qual.left, left, block, refs) || !isSameColumn(qual.right, right, block, refs)) return [];
    const both: readonly Edge[] = [
      { target: left, source: right },
      { target: right, source: left },
    ];
    return both.filter(({ target }) => mayRestrict(at, target.bound.index, block.from));
  });
}

/** `j.subdomain = a.subdomain AND a.subdomain = 'x'` binds both: the scan of `a` has no other rows to equal. */
function propagateConstants(drafts: readonly Draft[], edges: readonly Edge[]): readonly Draft[] {
  const byRef = new Map(drafts.map((draft) => [draft.bound, draft]));
  for (let changed = true; changed; ) {
    changed = false;
    for (const { target, source } of edges) {
      const draft = byRef.get(target.bound);
      const qual = byRef.get(source.bound)?.quals.find(({ column }) => column === source.column);
      if (draft === undefined || qual === undefined || !isParameterColumn(target)) continue;
      if (draft.quals.some(({ column }) => column === target.column)) continue;
      byRef.set(target.bound, { ...draft, quals: [...draft.quals, { ...qual, column: target.column }] });
      changed = true;
    }
  }
  return drafts.map(({ bound }) => byRef.get(bound)).filter((draft) => draft !== undefined);
}

function isParameterColumn({ bound, column }: BoundColumn): boolean {
  return bound.resource.columns.some(
    ({ name, origin }) => origin !== 'response' && canonicalName(bound.resource, name) === column,
  );
}

/**
 * References whose constants suffice are planned first; then those that a join can feed from an already planned one;
 * only then does a declared parent step in, and after it joins get another chance. Whatever is left is an error.
 */
function planDrafts(drafts: readonly Draft[], edges: readonly Edge[], context: PlanContext): readonly PlannedRef[] {
  const planned = new Map<BoundRef, PlannedRef>();
  const steps: readonly ((draft: Draft) => PlannedRef | undefined)[] = [
    (draft) => planAlone(draft, context, false),
    (draft) => planFromJoin(draft, edges, planned, context),
    (draft) => planAlone(draft, context, true),
  ];
  const next = (): PlannedRef | undefined => {
    const waiting = drafts.filter(({ bound }) => !planned.has(bound));
    for (const step of steps) {
      for (const draft of waiting) {
        const result = step(draft);
        if (result === undefined) continue;
        planned.set(draft.bound, result);
        return result;
      }
    }
    return undefined;
  };
  while (next() !== undefined);
  return drafts.map(
    (draft) => planned.get(draft.bound) ?? plannedRef(draft, planScan(scanRequest(draft, context, true)), []),
  );
}

function planAlone(draft: Draft, context: PlanContext, allowParent: boolean): PlannedRef | undefined {
  const scan = tryPlanScan(scanRequest(draft, context, allowParent));
  return scan && plannedRef(draft, scan, []);
}

function planFromJoin(
  draft: Draft,
  edges: readonly Edge[],
  planned: ReadonlyMap<BoundRef, PlannedRef>,
  context: PlanContext,
): PlannedRef | undefined {
  const dependencies = dependenciesOf(draft, edges, planned);
  if (dependencies.length === 0) return undefined;
  const fed = dependencies.flatMap(({ pairs }) => pairs.map(({ column }) => column));
  const scan = tryPlanScan(scanRequest(draft, context, false, fed));
  return scan && plannedRef(draft, scan, usedDependencies(dependencies, draft, scan));
}

/** Per source, the equalities that could feed a parameter that no constant binds. */
function dependenciesOf(
  draft: Draft,
  edges: readonly Edge[],
  planned: ReadonlyMap<BoundRef, PlannedRef>,
): readonly Dependency[] {
  const isUsable = ({ target, source }: Edge): boolean =>
    target.bound === draft.bound &&
    planned.has(source.bound) &&
    isParameterColumn(target) &&
    !draft.quals.some(({ column }) => column === target.column);
  const usable = edges.filter(isUsable);
  return [...new Set(usable.map(({ source }) => source.bound))].map((source) => {
    const own = usable.filter((edge) => edge.source.bound === source);
    return {
      on: source.ref.ordinal,
      pairs: own.map((edge) => ({ column: edge.target.column, sourceColumn: edge.source.column })),
      where: parentCondition(draft.bound.resource, source.resource, own),
    };
  });
}

/** Fed by its declared parent, a child is asked for only where the parent can have children. */
function parentCondition({ parent }: Resource, source: Resource, edges: readonly Edge[]): Dependency['where'] {
  const isDeclared =
    parent?.resource === source.name &&
    Object.entries(parent.supplies).every(([parameter, column]) =>
      edges.some((edge) => sameName(edge.target.column, parameter) && sameName(edge.source.column, column)),
    );
  return isDeclared ? (parent?.where ?? {}) : {};
}

/** A query parameter need not be fed: the engine joins on it anyway. */
function usedDependencies(dependencies: readonly Dependency[], { bound }: Draft, scan: Scan): readonly Dependency[] {
  const isUsed = (column: string): boolean => {
    const parameter = parameterOf(bound.resource, scan.method, column);
    return scan.method.parameters.some(({ name, isRequired }) => name === parameter && isRequired);
  };
  return dependencies
    .map((dependency) => ({ ...dependency, pairs: dependency.pairs.filter(({ column }) => isUsed(column)) }))
    .filter(({ pairs }) => pairs.length > 0);
}

function scanRequest(
  { bound, quals }: Draft,
  context: PlanContext,
  allowParent: boolean,
  fed: readonly string[] = [],
): ScanRequest {
  const boundColumns = [...quals.map(({ column }) => column), ...fed];
  return { ...context, resource: bound.resource, boundColumns, allowParent };
}

function plannedRef({ bound, quals }: Draft, scan: Scan, dependencies: readonly Dependency[]): PlannedRef {
  const { ref, columns } = bound;
  return {
    ordinal: ref.ordinal,
    name: ref.name,
    ...(ref.alias !== undefined && { alias: ref.alias }),
    columns,
    quals,
    dependencies,
    scan,
  };
}
