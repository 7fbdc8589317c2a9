/**
 * A plan as a tree to be read: what will be requested, and why.
 *
 * @module
 */

import { assertNever } from '../errors.ts';
import type { Resource } from '../registry/resource.ts';
import type { KeySelect } from '../sql/statement.ts';
import type { JsonValue } from '../values.ts';
import type { CatalogRef } from './catalog.ts';
import type { ListSizes } from './draft.ts';
import { estimateOf, listsOf } from './estimate.ts';
import type {
  Dependency,
  JudgedQual,
  ParentScan,
  Plan,
  PlannedRef,
  QueryPlan,
  RejectedWay,
  RequestEstimate,
  Scan,
  ScanQual,
  Targets,
  UpdatePlan,
} from './plan.ts';

/** What a scan took, where it has run. */
export interface ScanFigures {
  readonly requests: number;
  readonly rows: number;
  readonly bytes: number;
  /** Of one request: for its turn below the limits, and between sends. */
  readonly longestWaitMs: number;
  /** Calls that were left out because the API refused them. */
  readonly denied: number;
  /** Where both ways were open (`Late`): whether it was read by keys. */
  readonly byKeys?: boolean;
  /** Milliseconds from the first request to the last row. */
  readonly ms: number;
}

export interface ExplainNode {
  /** The first line. */
  readonly title: string;
  /** Lines below it. */
  readonly details: readonly string[];
  /** The same for programs. */
  readonly facts: Readonly<Record<string, JsonValue>>;
  readonly children: readonly ExplainNode[];
}

/** What is left of a rate limit. */
export interface LimitLeft {
  readonly bucket: string;
  readonly limit: number;
  readonly remaining: number;
}

/** Of the lists that can be named before the first request: how many the cache would answer. */
export interface CachedAnswers {
  readonly of: 'scan' | 'parent';
  readonly lists: number;
  readonly cached: number;
  readonly ageMs: number;
}

export interface ExplainOptions {
  readonly isVerbose: boolean;
  /** What is known of rate limits: one for each org and bucket. */
  readonly limits: readonly LimitLeft[];
  /** What the session knows of the lists that it has read. */
  readonly sizes: ListSizes;
  /** By ordinal: what the cache would answer, where there is one. */
  readonly cached?: ReadonlyMap<number, CachedAnswers>;
  /** By ordinal, after EXPLAIN ANALYZE. */
  readonly figures?: ReadonlyMap<number, ScanFigures>;
}

function readDetails({ read }: UpdatePlan): readonly string[] {
  return read === undefined ? [] : [`each read by ${read.name} first, and sent back with the changes`];
}

export function explainPlan(plan: Plan, options: ExplainOptions): readonly ExplainNode[] {
  switch (plan.kind) {
    case 'query':
      return explainQuery(plan, options);
    case 'insert':
      return [mutationNode('Insert into', plan.method.key, [], explainQuery(plan.source, options))];
    case 'delete':
      return [
        mutationNode(
          'Delete by',
          plan.method.key,
          targetDetails(plan.objects),
          explainTargets(plan.objects, options),
          countOf(plan.objects),
        ),
      ];
    case 'update':
      return [
        mutationNode(
          'Update by',
          plan.method.key,
          [...readDetails(plan), ...targetDetails(plan.objects)],
          explainTargets(plan.objects, options),
          countOf(plan.objects),
        ),
      ];
    case 'exec':
      return [mutationNode('Call', plan.method.key, ['requests: 1'], [], 1)];
    case 'metadata':
      return [
        node('Answer from the provider documents', ['requests: 0'], { node: 'metadata', requests: countFacts(0) }),
      ];
    case 'explain':
      return explainPlan(plan.plan, options);
    case 'local': {
      const children = 'query' in plan ? explainQuery(plan.query, options) : [];
      const what = plan.action === 'copy' ? 'Write the rows to a file' : 'Change tables of the session';
      return [node(what, [], { node: 'local' }, children)];
    }
    case 'set':
      return [node(`${plan.value === undefined ? 'Reset' : 'Set'} ${plan.name}`, [], { node: 'set', name: plan.name })];
    default:
      return assertNever(plan);
  }
}

function node(
  title: string,
  details: readonly string[],
  facts: ExplainNode['facts'],
  children: readonly ExplainNode[] = [],
): ExplainNode {
  return { title, details, facts, children };
}

/** @param calls that change something, where their number is known */
function mutationNode(
  verb: string,
  method: string,
  details: readonly string[],
  children: readonly ExplainNode[],
  calls?: number,
): ExplainNode {
  const requests = calls === undefined ? {} : { requests: countFacts(calls) };
  return node(`${verb} ${method}`, details, { node: 'mutation', method, ...requests }, children);
}

function countOf(objects: Targets): number | undefined {
  return objects.kind === 'named' ? objects.calls.length : undefined;
}

function targetDetails(objects: Targets): readonly string[] {
  return [objects.kind === 'named' ? `requests: ${objects.calls.length}` : 'requests: 1 for each row that matches'];
}

function explainTargets(objects: Targets, options: ExplainOptions): readonly ExplainNode[] {
  return objects.kind === 'named' ? [] : explainQuery(objects.query, options);
}

function explainQuery(plan: QueryPlan, options: ExplainOptions): readonly ExplainNode[] {
  const scans = [...plan.refs.map((ref) => refNode(ref, plan, options)), ...plan.catalog.map(catalogNode)];
  if (scans.length > 0 && !options.isVerbose) return scans;
  const details = options.isVerbose
    ? [
        `read by ${plan.frontEnd}`,
        ...(plan.rules === undefined ? [] : [`rules: ${plan.rules.join(', ') || 'none'}`]),
        ...(scans.length === 0 ? ['requests: 0'] : []),
      ]
    : ['requests: 0'];
  return [
    node(
      'Query',
      details,
      { node: 'query', frontEnd: plan.frontEnd, ...(plan.rules !== undefined && { rules: plan.rules }) },
      scans,
    ),
  ];
}

/** Like the answers of SHOW, which it is of the same making. */
function catalogNode({ table }: CatalogRef): ExplainNode {
  return node(`Answer information_schema.${table} from the provider documents`, ['requests: 0'], {
    node: 'metadata',
    requests: countFacts(0),
  });
}

function refNode(ref: PlannedRef, plan: QueryPlan, options: ExplainOptions): ExplainNode {
  const { isVerbose, figures, sizes, limits } = options;
  const { scan, alias, name, request, dependencies, late } = ref;
  const shown = `${request.resource.name}${alias === undefined ? '' : ` AS ${alias}`}`;
  if (scan === undefined) {
    const facts = { node: 'empty', resource: request.resource.name, requests: countFacts(0) };
    return node(`Nothing of ${shown}: no row can reach the result`, ['requests: 0'], facts);
  }
  const feedText = ({ on, pairs }: Dependency): string => {
    const source = plan.refs.find(({ ordinal }) => ordinal === on);
    const from = source?.alias ?? source?.name.at(-1) ?? '';
    return pairs.map((pair) => pairText(pair, request.resource, from, source?.request.resource)).join(', ');
  };
  // What a query says, rows need not.
  const feeds = late === undefined || 'on' in late.keys ? dependencies.map(feedText) : [];
  const lateFeed = late && {
    keys:
      'on' in late.keys
        ? feedText(late.keys)
        : `${displayName(request.resource, late.column)} from ${queryText(late.keys, plan)}`,
    atMost: late.atMost ?? null,
  };
  const took = figures?.get(ref.ordinal);
  const left = isVerbose ? leastLeft(scan, limits) : undefined;
  const cached = isVerbose ? options.cached?.get(ref.ordinal) : undefined;
  const own = scanNode(scan, shown, {
    sizes,
    ...(ref.estimate !== undefined && { estimate: ref.estimate }),
    details: [
      ...feeds.map((feed) => `fed while it runs: ${feed}`),
      ...(lateFeed === undefined ? [] : [lateText(lateFeed)]),
      ...ref.without.map(
        ({ column, keys }) => `not for the ${displayName(request.resource, column)} of ${queryText(keys, plan)}`,
      ),
      ...(ref.limit === undefined ? [] : [`stops after ${ref.limit} ${ref.limit === 1 ? 'row' : 'rows'}`]),
      ...(isVerbose ? [`columns: ${ref.stored.join(', ') || 'none'}`] : []),
      ...(ref.rejected ?? []).map(rejectedText),
      ...(left === undefined ? [] : [`left of the limit: ${left.remaining} of ${left.limit}`]),
      ...(cached === undefined ? [] : [cachedText(cached)]),
      ...(took === undefined
        ? []
        : [took.requests === 0 ? `took no request of its own, ${took.rows} rows` : tookText(took)]),
      ...(took?.byKeys === undefined ? [] : [took.byKeys ? 'read by the keys' : 'more keys came: read the list']),
      ...(took !== undefined && took.denied > 0 ? [`left out, because denied: ${took.denied}`] : []),
    ],
    isFed: dependencies.length > 0 || (late !== undefined && late.atMost === undefined),
  });
  return {
    ...own,
    facts: {
      ...own.facts,
      name: name.join('.'),
      fed: feeds,
      late: lateFeed ?? null,
      without: ref.without.map(({ column }) => displayName(request.resource, column)),
      limit: ref.limit ?? null,
      columns: ref.stored,
      ...(left !== undefined && { left: { remaining: left.remaining, limit: left.limit } }),
      ...(cached !== undefined && { cached: { ...cached } }),
      ...(ref.rejected !== undefined && { rejected: ref.rejected.map((each) => ({ ...each })) }),
      ...(took !== undefined && { took: { ...took } }),
    },
  };
}

function lateText({ keys, atMost }: { readonly keys: string; readonly atMost: number | null }): string {
  return atMost === null ? `when it is known: ${keys}` : `or instead, if at most ${atMost}, those with ${keys}`;
}

function cachedText({ of, lists, cached, ageMs }: CachedAnswers): string {
  const whose = of === 'parent' ? ', of its parent' : '';
  if (cached === 0) return `in the cache: none of ${lists}${whose}`;
  return `in the cache: ${cached} of ${lists}${whose}, asked for ${Math.round(ageMs / 1000)} s ago`;
}

/** What is left of the limit that the scan's requests count against: of several orgs, of the one with the least. */
function leastLeft({ method, isEmbedded }: Scan, limits: readonly LimitLeft[]): LimitLeft | undefined {
  const own = isEmbedded ? [] : limits.filter(({ bucket }) => bucket === method.bucket);
  return own.toSorted((one, other) => one.remaining - other.remaining)[0];
}

function rejectedText({ way, why, requests }: RejectedWay): string {
  return `not ${way}: ${why}${requests === undefined ? '' : ` (about ${requests})`}`;
}

function queryText({ reads }: KeySelect, { refs }: QueryPlan): string {
  const read = refs.filter(({ ordinal }) => reads.includes(ordinal));
  const names = read.map(({ alias, name }) => alias ?? name.join('.'));
  return names.length === 0 ? 'a query' : `a query over ${names.join(', ')}`;
}

function pairText(
  { column, sourceColumn }: Dependency['pairs'][number],
  resource: Resource,
  from: string,
  source: Resource = resource,
): string {
  return `${displayName(resource, column)} from ${from}.${displayName(source, sourceColumn)}`;
}

function tookText({ requests, rows, bytes, longestWaitMs, ms }: ScanFigures): string {
  const calls = `${requests} ${requests === 1 ? 'request' : 'requests'}`;
  return `took ${calls}, ${rows} rows, ${bytes} bytes, ${Math.round(ms)} ms; longest wait of a request ${Math.round(longestWaitMs)} ms`;
}

interface ScanShown {
  readonly details: readonly string[];
  readonly sizes: ListSizes;
  /** Default is that of the scan alone. */
  readonly estimate?: RequestEstimate;
  /** Whether others give it keys. */
  readonly isFed?: boolean;
}

function scanNode(
  scan: Scan,
  shown: string,
  { details, sizes, isFed = false, estimate = estimateOf(scan, undefined, sizes) }: ScanShown,
): ExplainNode {
  const { method, quals, parent, isEmbedded } = scan;
  const { resource } = scan;
  const shownQuals = quals.slice(0, MOST_CONDITIONS);
  const unshown = quals.length - shownQuals.length;
  const judged = [
    ...shownQuals.map((each) => judgedText(each, resource)),
    ...(unshown > 0 ? [`… ${quals.length} conditions`] : []),
  ];
  const title = `Scan ${shown} via ${isEmbedded ? `copies in ${parent?.scan.resource.name}` : method.name}${judged.length > 0 ? ` (${judged.join(', ')})` : ''}`;
  const above = parent === undefined ? 0 : estimateOf(parent.scan, undefined, sizes).expected;
  const requests = requestsOf(scan, isFed) + aboutText(scan, estimate, estimate.expected - above);
  const variants = shownVariants(scan);
  const pushed = variants.flatMap(variantDetails);
  const others = scan.variants.length - variants.length;
  const skipsDenied = scan.denied === 'skip' && isFanOut(scan, isFed);
  return node(
    title,
    [
      ...(isEmbedded ? [] : [`${method.httpMethod} ${method.path}`]),
      ...pushed,
      ...(others > 0 ? [`and ${others} more lists, ${scan.variants.length} in all`] : []),
      ...keptDetails(scan),
      ...details,
      ...(skipsDenied ? ['leaves out calls that are denied (403)'] : []),
      `requests: ${requests}${method.bucket === undefined || isEmbedded ? '' : `, of the limit on ${method.bucket}`}`,
    ],
    {
      node: 'scan',
      resource: resource.name,
      method: isEmbedded ? null : method.name,
      path: isEmbedded ? null : method.path,
      isEmbedded,
      skipsDenied,
      quals: shownQuals.map(({ qual, exactness }) => ({ qual: qualText(qual, resource), exactness })),
      ...(unshown > 0 && { qualsMore: unshown }),
      pushed: variants,
      ...(others > 0 && { pushedMore: others }),
      requests: requestFacts(estimate),
      bucket: method.bucket ?? null,
    },
    [
      ...scan.identities.map(({ parameter, scan: lookup }) =>
        scanNode(lookup, `${lookup.resource.name}, to tell what ${parameter} names`, { details: [], sizes }),
      ),
      ...(parent === undefined
        ? []
        : [
            scanNode(parent.scan, `${parent.scan.resource.name}, its parent`, { details: whereDetails(parent), sizes }),
          ]),
    ],
  );
}

/** A list of a thousand ids is asked for in ten parts of 4,000 characters each. */
const MOST_VARIANTS = 3;
const LONGEST_SHOWN = 300;

function shownVariants({ variants }: Scan): readonly Readonly<Record<string, string>>[] {
  const cut = (value: string): string =>
    value.length > LONGEST_SHOWN ? `${value.slice(0, LONGEST_SHOWN)}… ${value.length} characters` : value;
  return variants
    .slice(0, MOST_VARIANTS)
    .map((variant) => Object.fromEntries(Object.entries(variant).map(([name, value]) => [name, cut(value)])));
}

/** What the plan asks for beside what the statement says; further lists hold what the first leaves out. */
function variantDetails(variant: Readonly<Record<string, string>>, index: number): readonly string[] {
  const asked = Object.entries(variant).map(([name, value]) => `${name}=${value}`);
  if (asked.length === 0) return [];
  return [`${index === 0 ? 'asks for' : 'and another list with'} ${asked.join(', ')}`];
}

/** The times beyond which the API has nothing, and is not asked: a plan does not know when it will run. */
function keptDetails({ method: { ranges = {}, defaults = {} }, variants }: Scan): readonly string[] {
  const limits = Object.entries(ranges).flatMap(([name, { bound }]) => {
    const isAsked = variants.some((variant) => Object.hasOwn(variant, name));
    return isAsked && defaults[name] !== undefined
      ? [`${name} no ${bound === 'lower' ? 'earlier' : 'later'} than ${defaults[name]}`]
      : [];
  });
  return limits.length === 0 ? [] : [`in any case ${limits.join(', ')}`];
}

function whereDetails({ where, scan: { resource } }: ParentScan): readonly string[] {
  const conditions = where.map((qual) => qualText(qual, resource));
  return conditions.length === 0 ? [] : [`only where ${conditions.join(' and ')}`];
}

function countFacts(requests: number): JsonValue {
  return requestFacts({ min: requests, max: requests, expected: requests, rows: 0 });
}

function requestFacts({ min, max, expected, rows, perParent, pageSize }: RequestEstimate): JsonValue {
  return {
    min,
    max: max ?? null,
    expected,
    rows: Math.ceil(rows),
    ...(perParent !== undefined && { perParent }),
    ...(pageSize !== undefined && { pageSize }),
  };
}

/** How many that may come to, where only the answers tell. */
function aboutText({ isEmbedded }: Scan, { max }: RequestEstimate, expected: number): string {
  return isEmbedded || max !== undefined ? '' : `, about ${Math.max(0, expected)}`;
}

/** How many requests, as far as that is known before the first. */
function requestsOf(scan: Scan, isFed: boolean): string {
  if (scan.isEmbedded) return 'none of its own';
  if (scan.parent !== undefined) return '1 for each row of its parent';
  if (isFed) return '1 for each distinct combination';
  const count = listsOf(scan);
  if (scan.method.paging === undefined) return String(count);
  const size = scan.method.pageSize?.size;
  return `${count}, and more where there are more pages${size === undefined ? '' : ` of ${size}`}`;
}

/** Whether it makes several calls, as far as that is known before the first. */
function isFanOut(scan: Scan, isFed: boolean): boolean {
  if (scan.isEmbedded) return false;
  return scan.parent !== undefined || isFed || listsOf(scan) > 1;
}

function judgedText({ qual, exactness }: JudgedQual, resource: Resource): string {
  return `${qualText(qual, resource)} ${exactness === 'unsupported' ? 'residual' : exactness}`;
}

/** Long lists are cut: they are for people, and a key may be among the values. */
const MOST_VALUES = 5;
const MOST_CONDITIONS = 20;

function qualText(qual: ScanQual, resource: Resource): string {
  const columnText = ({ column, path = [] }: { readonly column: string; readonly path?: readonly string[] }): string =>
    [displayName(resource, column), ...path].join('.');
  switch (qual.kind) {
    case 'tuples':
      return `(${qual.columns.map((column) => displayName(resource, column)).join(', ')}) in ${qual.rows.length} combinations`;
    case 'and':
    case 'or':
      return conditionsText(qual, resource);
    case 'in': {
      const [only] = qual.values;
      if (qual.values.length === 1) return `${columnText(qual)} = ${valueText(only ?? null)}`;
      const shown = qual.values.slice(0, MOST_VALUES).map(valueText);
      const more = qual.values.length > MOST_VALUES ? [`… ${qual.values.length} values`] : [];
      return `${columnText(qual)} in (${[...shown, ...more].join(', ')})`;
    }
    case 'notIn':
      return `${columnText(qual)} not in ${qual.values.length} values`;
    case 'compare':
      return `${columnText(qual)} ${qual.operator} ${valueText(qual.value)}`;
    case 'like':
      return `${columnText(qual)} like ${valueText(qual.pattern)}`;
    case 'null':
      return `${columnText(qual)} is ${qual.isNull ? '' : 'not '}null`;
  }
}

function conditionsText({ kind, quals }: ScanQual & { readonly kind: 'and' | 'or' }, resource: Resource): string {
  const shown = quals.slice(0, MOST_CONDITIONS).map((part) => qualText(part, resource));
  const more = quals.length > MOST_CONDITIONS ? [`… ${quals.length} conditions`] : [];
  return `(${[...shown, ...more].join(` ${kind} `)})`;
}

/** The name as the document spells it: quals have names in lower case. */
function displayName({ columns }: Resource, column: string): string {
  return columns.find(({ name }) => name.toLowerCase() === column)?.name ?? column;
}

function valueText(value: string | number | boolean | null): string {
  if (typeof value !== 'string') return String(value);
  return value.length > 60 ? "'…'" : `'${value.replaceAll("'", "''")}'`;
}

/** The tree as lines of text. */
export function explainLines(nodes: readonly ExplainNode[], depth = 0): readonly string[] {
  const indent = '  '.repeat(depth);
  return nodes.flatMap(({ title, details, children }) => [
    indent + title,
    ...details.map((line) => `${indent}  ${line}`),
    ...explainLines(children, depth + 1),
  ]);
}

/** The tree as JSON. */
export function explainJson(nodes: readonly ExplainNode[]): JsonValue {
  return nodes.map(({ facts, children }) => ({ ...facts, children: explainJson(children) }));
}
