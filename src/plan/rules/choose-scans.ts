/**
 * Chooses how each reference is read. References whose constants suffice come first; then those that a join can feed
 * from one already chosen; only then does a declared parent step in, and after it joins get another chance.
 *
 * The rules of this room are steps of `plan/rules.ts`, each from `Draft` to `Draft`; none knows the order they are run in.
 *
 * @module
 */

import type { TableColumn } from '../../registry/resource.ts';
import type { KeySelect } from '../../sql/statement.ts';
import { askedBy, canonicalName, isAskedColumn, parameterOf } from '../assignments.ts';
import { type Draft, type DraftRef, type PlanContext, type Rule, withRef } from '../draft.ts';
import type { Edge } from '../edges.ts';
import type { Dependency, KeyPair, Scan, ScanQual, ScanRequest } from '../plan.ts';
import { rowsOf, waitedRefs } from '../prices.ts';
import { areInSamePlace } from '../same-place.ts';
import { inQuals, parentConditions, planScan, tryPlanScan } from '../scan.ts';
import type { BoundColumn, BoundRef } from '../scope.ts';
import { isParameterColumn } from './propagate-constants.ts';

type Choice = Pick<DraftRef, 'scan' | 'dependencies' | 'late'>;
type Step = (ref: DraftRef, draft: Draft, context: PlanContext) => Choice | undefined;

const STEPS: readonly Step[] = [
  // What only requests know, a join may have to feed.
  (ref, draft, context) => (isFed(ref, draft) ? undefined : alone(ref, context, false)),
  fromQuery,
  fromJoin,
  // One that waits for the rows of another is better served by them.
  (ref, draft, context) =>
    draft.keyed.some(({ target }) => target.bound === ref.bound) ? undefined : alone(ref, context, true),
  (ref, _draft, context) => alone(ref, context, true),
];

/** Throws `NO_METHOD` for a reference that nothing reads. */
export const chooseScans: Rule = (draft, context) => {
  let current = draft;
  for (let next = nextChoice(current, context); next !== undefined; next = nextChoice(current, context)) {
    const { ref, choice } = next;
    current = withRef(current, ref.bound, (known) => ({ ...known, ...choice }));
    for (const dependency of choice.dependencies) current = withKeys(current, dependency);
  }
  // Whatever is left is an error, which planning it once more explains.
  for (const ref of current.refs.filter(isOpen)) planScan(requestOf(ref, { allowParent: true }), context);
  return current;
};

/** Of a reference without rows nothing has to be read. */
function isOpen({ scan, isEmpty }: DraftRef): boolean {
  return scan === undefined && !isEmpty;
}

function nextChoice(draft: Draft, context: PlanContext): { ref: DraftRef; choice: Choice } | undefined {
  for (const step of STEPS) {
    for (const ref of draft.refs) {
      const choice = isOpen(ref) ? step(ref, draft, context) : undefined;
      if (choice !== undefined) return { ref, choice };
    }
  }
  return undefined;
}

function alone(ref: DraftRef, context: PlanContext, allowParent: boolean): Choice | undefined {
  const scan = tryPlanScan(requestOf(ref, { allowParent }), context);
  return scan && { scan, dependencies: [] };
}

/** Whether a join gives values of a parameter that only requests know, and nothing else does. */
function isFed({ bound, quals, askings }: DraftRef, { edges }: Draft): boolean {
  const given = quals.flatMap((qual) => askedBy(qual, bound.resource));
  return askings.some(
    ({ column }) =>
      !given.includes(column) && edges.some(({ target }) => target.bound === bound && target.column === column),
  );
}

function fromJoin(ref: DraftRef, draft: Draft, context: PlanContext): Choice | undefined {
  const dependencies = dependenciesOf(ref, draft, context);
  // Keys of two tables would be asked for as pairs, of which most have no row: a list for each key of one of them has all.
  const [one] = dependencies.length < 2 ? [] : dependencies.flatMap((each) => fedBy([each], ref, context) ?? []);
  return one ?? fedBy(dependencies, ref, context);
}

/** A query is run as soon as all that it reads is loaded. Should the engine not run it by itself, rows feed as they otherwise would. */
function fromQuery(ref: DraftRef, draft: Draft, context: PlanContext): Choice | undefined {
  for (const { target, values } of draft.keyed) {
    if (target.bound !== ref.bound || !isFedByQuery(target) || !canRun(values, ref, draft)) continue;
    const scan = tryPlanScan(requestOf(ref, { fed: [target.column] }), context);
    if (scan === undefined) continue;
    const { dependencies = [] } = fromJoin(ref, draft, context) ?? {};
    return { scan, dependencies, late: { column: target.column, keys: values } };
  }
  return undefined;
}

/** What only requests know has to be known in every condition, and an object that several find told from another. */
function isFedByQuery(target: BoundColumn): boolean {
  return isParameterColumn(target) && !isAskedColumn(target.bound.resource, target.column);
}

/** Whether a query can be run before `ref` is read, and says what it says in the statement. */
export function canRun({ reads }: KeySelect, ref: DraftRef, { refs }: Draft): boolean {
  return reads.every((ordinal) => {
    const source = refs.find(({ bound }) => bound.ref.ordinal === ordinal);
    return source !== undefined && !isOpen(source) && isPlain(source) && !waitsFor(source, ref, refs);
  });
}

/** Whether the names of a reference mean in a query of its own what they mean in the statement. */
function isPlain({ meant, bound: { columns } }: DraftRef): boolean {
  return Object.keys(meant).length === 0 && columns.every(({ origin }) => origin !== 'raw');
}

/** Whether a reference is read, directly or not, with what another says. */
export function waitsFor(ref: DraftRef, other: DraftRef, refs: readonly DraftRef[]): boolean {
  return ref.bound === other.bound || waitedRefs(ref, refs).some((each) => waitsFor(each, other, refs));
}

function fedBy(dependencies: readonly Dependency[], ref: DraftRef, context: PlanContext): Choice | undefined {
  if (dependencies.length === 0) return undefined;
  const fed = dependencies.flatMap(({ pairs }) => pairs.map(({ column }) => column));
  const scan = tryPlanScan(requestOf(ref, { fed }), context);
  return scan && { scan, dependencies: usedDependencies(dependencies, ref.bound, scan) };
}

/** What is asked of the resource for a reference. */
export function requestOf(
  { bound, quals, stored, parentQuals, order }: DraftRef,
  more: Partial<ScanRequest>,
): ScanRequest {
  return {
    resource: bound.resource,
    quals,
    fed: [],
    columns: stored.map(({ name }) => name),
    parentQuals,
    allowParent: false,
    ...(order !== undefined && { order }),
    ...more,
  };
}

/** Per source, the equalities that could feed a parameter that no constant binds. */
function dependenciesOf(ref: DraftRef, draft: Draft, context: PlanContext): readonly Dependency[] {
  const chosen = draft.refs.filter((each) => !isOpen(each));
  const usable = draft.edges.filter(
    ({ target, source }) =>
      target.bound === ref.bound &&
      chosen.some(({ bound }) => bound === source.bound) &&
      isParameterColumn(target) &&
      // Of one value nothing is to be learnt; of several, each key has its own.
      !inQuals(ref.quals).some(({ column, values }) => column === target.column && values.length < 2) &&
      !ref.quals.some((qual) => qual.kind === 'or' && askedBy(qual, ref.bound.resource).includes(target.column)),
  );
  const uses = [...new Set(usable.map(({ sourceUse }) => sourceUse))];
  const found = uses.flatMap((use): readonly Found[] => {
    const own = usable.filter((edge) => edge.sourceUse === use);
    const source = chosen.find(({ bound }) => bound === own[0]?.source.bound);
    return source === undefined ? [] : [{ source, edges: own }];
  });
  return found
    .toSorted((a, b) => rowsOf(a.source, draft, context) - rowsOf(b.source, draft, context))
    .map(({ source, edges }) => {
      const columns = edges.map(({ target }) => target.column);
      return {
        on: source.bound.ref.ordinal,
        pairs: edges.map(pairOf),
        where: areInSamePlace(ref, source, columns, draft, context)
          ? conditionsOnParent(ref.bound, source.bound, edges, context)
          : [],
      };
    });
}

/** What one reading of a reference says of another. */
interface Found {
  readonly source: DraftRef;
  readonly edges: readonly Edge[];
}

export function pairOf({ target, source }: Edge): KeyPair {
  return {
    column: target.column,
    sourceColumn: source.column,
    ...(source.path !== undefined && { sourcePath: source.path }),
  };
}

/** Fed by its declared parent, a child is asked for only where the parent can have children. */
function conditionsOnParent(
  { resource }: BoundRef,
  source: BoundRef,
  edges: readonly Edge[],
  context: PlanContext,
): readonly ScanQual[] {
  const { parent } = resource;
  const isDeclared =
    parent?.resource === source.resource.name &&
    Object.entries(parent.supplies).every(([parameter, column]) =>
      edges.some(
        (edge) =>
          edge.target.column === canonicalName(resource, parameter) &&
          edge.source.column === canonicalName(source.resource, column),
      ),
    );
  return isDeclared ? parentConditions(resource, context) : [];
}

/** A parameter that is not required need not be fed where rows show it: the engine joins on it anyway. */
function usedDependencies(
  dependencies: readonly Dependency[],
  { resource }: BoundRef,
  { method }: Scan,
): readonly Dependency[] {
  const isUsed = (column: string): boolean => {
    const parameter = parameterOf(resource, method, column);
    const isShown = !isAskedColumn(resource, column);
    return method.parameters.some(({ name, isRequired }) => name === parameter && (isRequired || !isShown));
  };
  return dependencies
    .map((dependency) => ({ ...dependency, pairs: dependency.pairs.filter(({ column }) => isUsed(column)) }))
    .filter(({ pairs }) => pairs.length > 0);
}

/** The source stores what its rows are to feed, and what says whether they do. */
export function withKeys(draft: Draft, { on, pairs, where }: Dependency): Draft {
  const source = draft.refs.find(({ bound }) => bound.ref.ordinal === on);
  if (source === undefined) return draft;
  const { bound } = source;
  const needed = new Set([...pairs.map(({ sourceColumn }) => sourceColumn), ...where.flatMap(columnsOf)]);
  const isNeeded = (column: TableColumn): boolean => needed.has(canonicalName(bound.resource, column.name));
  return withRef(draft, bound, (ref) => {
    const missing = [...needed].filter(
      (name) => !ref.stored.some((column) => canonicalName(bound.resource, column.name) === name),
    );
    const added = missing.flatMap((name) => {
      const column = bound.columns.find((each) => isNeeded(each) && canonicalName(bound.resource, each.name) === name);
      return column === undefined ? [] : [column];
    });
    return { ...ref, stored: [...ref.stored, ...added] };
  });
}

function columnsOf(qual: ScanQual): readonly string[] {
  switch (qual.kind) {
    case 'and':
    case 'or':
      return qual.quals.flatMap(columnsOf);
    case 'tuples':
      return qual.columns;
    default:
      return [qual.column];
  }
}
