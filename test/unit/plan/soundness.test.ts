import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { BindError, NotSupportedError, PlanError, SqlSyntaxError } from '../../../src/errors.ts';
import { conditionSql } from '../../../src/exec/condition-sql.ts';
import type { Dependency, PlannedRef, QueryPlan, ScanQual } from '../../../src/plan/plan.ts';
import type { Registry } from '../../../src/registry/registry.ts';
import { expressions, type Judge, openJudge } from '../sql/expressions.ts';
import { planOf, registryOf } from './fixture.ts';

/** `SOUNDNESS_RUNS=20000 npx vitest run test/unit/plan/soundness.test.ts` judges more of them. */
const RUNS = Number(process.env['SOUNDNESS_RUNS'] ?? 200);
/** `npm test` tries the same ones everywhere. */
const SEED = process.env['SOUNDNESS_RUNS'] === undefined ? { seed: 20_261_129 } : {};

const rows = 'array, items: { properties: { a: { type: integer }, b: { type: integer } } }';
const operation = (parameters: string): string =>
  `{ get: { parameters: [${parameters}], responses: { "200": { content: { application/json: { schema: { type: ${rows} } } } } } } }`;
const resource = (names: readonly string[], paths: readonly string[]): string => `
      methods:
${names.map((name, index) => `        ${name}: { operation: { $ref: "#/paths/${paths[index]?.replaceAll('/', '~1')}/get" } }`).join('\n')}
      sqlVerbs: { select: [${names.map((name) => `{ $ref: "#/methods/${name}" }`).join(', ')}] }`;

/** `free` is a list; `fed` and `fed2` are read by `pa`, another name of their column `a`, or else by `methods`. */
const registryWith = (methods: readonly string[], paths: readonly string[]): Registry =>
  registryOf(
    'p',
    's',
    `
openapi: 3.0.3
info: { title: test }
servers: [{ url: https://example.com }]
paths:
  /free: ${operation('')}
  /fed/{pa}: ${operation('{ name: pa, in: path, required: true, schema: { type: integer } }')}
components:
  x-stackQL-resources:
    free: ${resource(['list'], ['/free'])}
    fed: ${resource(['get', ...methods], ['/fed/{pa}', ...paths])}
      x-oktaql: { aliases: { pa: a } }
    fed2: ${resource(['get', ...methods], ['/fed/{pa}', ...paths])}
      x-oktaql: { aliases: { pa: a } }
`,
  );

/** Where nothing feeds `fed`, the statement is planned again with a list of it, so that its quals are judged at least. */
const registries = [registryWith([], []), registryWith(['list'], ['/free'])] as const;

const grid = (as: string, bs: string): string =>
  `select x.v as a, y.v as b, x.v as pa from (values ${as}) x(v), (values ${bs}) y(v)`;

let judge: Judge;
beforeAll(async () => {
  judge = await openJudge([
    "attach ':memory:' as p",
    'create schema p.s',
    `create table p.s.free as select a, b from (${grid('(0), (1), (2), (null)', '(0), (1), (null)')})`,
    `create table p.s.fed as ${grid('(1), (2), (3)', '(1), (2)')}`,
    `create table p.s.fed2 as ${grid('(0), (1), (3), (null)', '(1), (3), (null)')}`,
    // A table of the engine's own: the planner knows nothing of its columns.
    `create table loose as ${grid('(0), (1), (2), (3)', '(1)')}`,
  ]);
});
afterAll(() => judge.close());

const JOINS = ['join', 'join', 'left join', 'left join', 'right join', 'full join'] as const;
const TABLES = ['free', 'free', 'fed', 'fed', 'fed2', 'loose'] as const;

/** A statement, given how a table is written in its FROM. */
type Template = (table: (name: string) => string) => string;

interface Shape {
  readonly tables: readonly string[];
  readonly joins: readonly string[];
  /** The column that all USING clauses name; where there is none, joins have ON. */
  readonly merged: string | null;
}

const shapes: fc.Arbitrary<Shape> = fc.record({
  tables: fc.uniqueArray(fc.constantFrom(...TABLES), { minLength: 2, maxLength: 3 }),
  joins: fc.array(fc.constantFrom(...JOINS), { minLength: 2, maxLength: 2 }),
  merged: fc.oneof(fc.constant(null), fc.constantFrom('a', 'a', 'pa')),
});

const templates: fc.Arbitrary<Template> = shapes
  .chain((shape) => fc.tuple(...shape.tables.map((_, index) => step(shape, index)), where(shape)))
  .map((parts) => (table) => `select * from ${parts.map((part) => part(table)).join(' ')}`);

/** One table of the FROM with the join before it. */
function step({ tables, joins, merged }: Shape, index: number): fc.Arbitrary<Template> {
  const name = tables[index] ?? '';
  if (index === 0) return fc.constant((table) => table(name));
  const join = joins[index - 1] ?? 'join';
  const other = fc.constantFrom(', ', 'cross join ', `natural ${join} `).map(
    (words): Template =>
      (table) =>
        words + table(name),
  );
  const usual =
    merged === null
      ? onCondition(tables, index).map(
          (text): Template =>
            (table) =>
              `${join} ${table(name)} on ${text}`,
        )
      : fc.constant<Template>((table) => `${join} ${table(name)} using (${merged})`);
  // Beside a join that merges a column, other joins decide which column its name means.
  return fc.oneof({ weight: merged === null ? 7 : 2, arbitrary: usual }, { weight: 1, arbitrary: other });
}

function onCondition(tables: readonly string[], index: number): fc.Arbitrary<string> {
  const visible = tables.slice(0, index + 1);
  const equality = fc
    .tuple(fc.constantFrom(...columnsOf(tables.slice(0, index))), fc.constantFrom(...columnsOf([tables[index] ?? ''])))
    .map((pair) => pair.join(' = '));
  return fc.oneof(
    { weight: 3, arbitrary: equality },
    { weight: 2, arbitrary: both(equality, constant(columnsOf(visible))) },
    { weight: 1, arbitrary: both(equality, expressions({ numbers: columnsOf(visible), texts: [] })) },
  );
}

function where({ tables, merged }: Shape): fc.Arbitrary<Template> {
  const columns = merged === null ? columnsOf(tables) : [...columnsOf(tables), merged, merged, merged];
  const equality = fc.tuple(fc.constantFrom(...columns), fc.constantFrom(...columns)).map((pair) => pair.join(' = '));
  const condition = fc.oneof(
    { weight: 2, arbitrary: constant(columns) },
    { weight: 1, arbitrary: equality },
    { weight: 1, arbitrary: both(equality, constant(columns)) },
    { weight: 1, arbitrary: expressions({ numbers: columns, texts: [] }) },
  );
  return fc.option(condition).map((text) => () => (text === null ? '' : `where ${text}`));
}

function both(left: fc.Arbitrary<string>, right: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc.tuple(left, right).map((parts) => parts.map((part) => `(${part})`).join(' and '));
}

function constant(columns: readonly string[]): fc.Arbitrary<string> {
  return fc
    .tuple(fc.constantFrom(...columns), fc.constantFrom('= 0', '= 1', "= '1'", '= null', 'in (1, 2)', 'in (0, null)'))
    .map((parts) => parts.join(' '));
}

function columnsOf(tables: readonly string[]): readonly string[] {
  const names = (table: string): readonly string[] => (table === 'free' ? ['a', 'b'] : ['a', 'b', 'pa']);
  return tables.flatMap((table) => names(table).map((column) => `${table}.${column}`));
}

/** The rows that the scan of a reference must return at least, as a query over full tables and the scans before it. */
function scanSql(ref: PlannedRef, refs: readonly PlannedRef[], feedsBy: Feeding): string {
  const { ordinal, name, scan, dependencies } = ref;
  const conditions = [
    ...(scan === undefined ? ['false'] : qualsSql(ref.request.quals, ref)),
    ...dependencies.map((dependency) => feedSql(dependency, refs, feedsBy)),
  ];
  return `scan${ordinal} as materialized (select * from ${name.join('.')} where ${conditions.join(' and ') || 'true'})`;
}

function qualsSql(quals: readonly ScanQual[], ref: PlannedRef): readonly string[] {
  return quals.map((qual) => {
    const sql = conditionSql(qual, { ...ref, stored: ['a', 'b'] });
    if (sql === undefined) throw new Error(`no SQL for ${JSON.stringify(qual)}`);
    return sql;
  });
}

/** Whether rows that fail a condition of the source alone feed nothing. */
type Feeding = 'all rows' | 'rows that meet conditions';

function feedSql({ on, pairs, where }: Dependency, refs: readonly PlannedRef[], feedsBy: Feeding): string {
  const source = refs.find(({ ordinal }) => ordinal === on);
  if (source === undefined) throw new Error(`reference ${on} feeds and is not there`);
  const quals = qualsSql([...source.request.quals, ...where], source);
  const conditions = feedsBy === 'all rows' ? quals : [...quals, ...source.conditions.map((text) => `(${text})`)];
  const columns = pairs.map(({ column }) => column).join(', ');
  const sourceColumns = pairs.map(({ sourceColumn }) => sourceColumn).join(', ');
  const rows = `scan${on} as ${source.name.at(-1)} where ${conditions.join(' and ') || 'true'}`;
  return `(${columns}) in (select (${sourceColumns}) from ${rows})`;
}

/** Each reference behind those that feed it. */
function inScanOrder(refs: readonly PlannedRef[], done: readonly number[] = []): readonly PlannedRef[] {
  const ready = refs.filter(({ dependencies }) => dependencies.every(({ on }) => done.includes(on)));
  if (refs.length === 0) return [];
  expect(ready.length, 'references feed each other in a circle').toBeGreaterThan(0);
  const waiting = refs.filter((ref) => !ready.includes(ref));
  return [...ready, ...inScanOrder(waiting, [...done, ...ready.map(({ ordinal }) => ordinal)])];
}

/** The plan; the error of the planner; undefined where the statement is not planned for reasons not judged here. */
async function planned(
  sql: string,
  [registry, ...others]: readonly Registry[],
): Promise<QueryPlan | BindError | undefined> {
  if (registry === undefined) return undefined;
  try {
    const result = await planOf(sql, { registry });
    return result.kind === 'query' ? result : undefined;
  } catch (error) {
    if (error instanceof BindError) return error;
    if (error instanceof PlanError) return planned(sql, others);
    if (error instanceof SqlSyntaxError || error instanceof NotSupportedError) return undefined;
    throw error;
  }
}

test('what scans leave out by quals and joins never changes the answer', async () => {
  const counts = {
    judged: 0,
    merged: 0,
    restricted: 0,
    fed: 0,
    conditional: 0,
    empty: 0,
    notPlanned: 0,
    duckDbRefuses: 0,
    bothRefuse: 0,
  };
  const property = fc.asyncProperty(templates, async (template) => {
    const sql = template((name) => (name === 'loose' ? name : `p.s.${name}`));
    const result = await planned(sql, registries);
    if (result === undefined) {
      counts.notPlanned += 1;
      return;
    }
    const expected = await judge.ask(sql);
    if (result instanceof BindError) {
      expect(expected, `we refuse and DuckDB does not: ${sql}: ${result.message}`).toBeUndefined();
      counts.bothRefuse += 1;
      return;
    }
    if (expected === undefined) {
      counts.duckDbRefuses += 1;
      return;
    }
    counts.judged += 1;
    if (sql.includes(' using ')) counts.merged += 1;
    if (result.refs.some(({ request }) => request.quals.length > 0)) counts.restricted += 1;
    if (result.refs.some(({ dependencies }) => dependencies.length > 0)) counts.fed += 1;
    if (result.refs.some(({ conditions }) => conditions.length > 0)) counts.conditional += 1;
    if (result.refs.some(({ scan }) => scan === undefined)) counts.empty += 1;
    const ordinals = new Map(result.refs.map(({ name, ordinal }) => [name.at(-1), ordinal]));
    const text = template((name) => (name === 'loose' ? name : `scan${ordinals.get(name)} as ${name}`));
    const restrictedBy = (feedsBy: Feeding): string =>
      `with ${inScanOrder(result.refs)
        .map((ref) => scanSql(ref, result.refs, feedsBy))
        .join(', ')} ${text}`;
    const restricted = restrictedBy('rows that meet conditions');
    // A condition may fail on rows that another part of the statement leaves out; the executor does without it then.
    const rows = (await judge.ask(restricted)) ?? (await judge.ask(restrictedBy('all rows')));
    expect(rows?.toSorted(), `${sql}\n${restricted}`).toEqual(expected.toSorted());
  });
  await fc.assert(property, { numRuns: RUNS, ...SEED });
  expect(counts.judged, JSON.stringify(counts)).toBeGreaterThan(RUNS / 2);
  expect(counts.restricted, JSON.stringify(counts)).toBeGreaterThan(RUNS / 20);
  expect(counts.merged, JSON.stringify(counts)).toBeGreaterThan(RUNS / 10);
  expect(counts.fed, JSON.stringify(counts)).toBeGreaterThan(RUNS / 20);
  expect(counts.conditional, JSON.stringify(counts)).toBeGreaterThan(RUNS / 100);
  expect(counts.empty, JSON.stringify(counts)).toBeGreaterThan(RUNS / 100);
});
