import { DuckDBInstance } from '@duckdb/node-api';
import fc from 'fast-check';
import type { ColumnRef, Constant, Literal, Qual } from '../../../src/sql/statement.ts';

/** A DuckDB to judge by: the rows of a query as JSON, or undefined where it refuses the text. */
export interface Judge {
  readonly ask: (sql: string) => Promise<readonly string[] | undefined>;
  readonly close: () => void;
}

export async function openJudge(setup: readonly string[]): Promise<Judge> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  // Of a few rows, what is made better about a plan costs more than it saves; and the answer is then nobody's rewriting of it.
  await connection.run('SET threads = 1; PRAGMA disable_optimizer');
  for (const statement of setup) await connection.run(statement);
  const read = async (sql: string): Promise<readonly string[]> =>
    (await connection.runAndReadAll(sql)).getRowsJson().map((row) => JSON.stringify(row));
  return {
    ask: (sql) => read(sql).catch(() => undefined),
    close: () => instance.closeSync(),
  };
}

export interface Columns {
  /** Of type INTEGER, holding 0 to 3 and NULL. */
  readonly numbers: readonly string[];
  /** Of type VARCHAR, holding '0' to '3' and NULL. */
  readonly texts: readonly string[];
  /** Of type BOOLEAN. */
  readonly flags?: readonly string[];
  /** Of type JSON: objects with a text under `k` and another under `m` of `n`. */
  readonly documents?: readonly string[];
}

/** Boolean SQL over the columns, parenthesised at random, so that precedence is what the parsers make of it. */
export function expressions(columns: Columns): fc.Arbitrary<string> {
  const atom = atoms(columns);
  const nested = nestedExpressions(atom);
  // Most WHEREs are chains of AND, and only those have quals to read.
  const chain = fc
    .tuple(
      fc.constantFrom(
        '0 and 1',
        '1 and 0',
        '(0) and 1',
        '1 and (0)',
        '(1 and (0)) and 2',
        'not (0) and 1',
        '0 and 1 and 2',
      ),
      nested,
      atom,
      atom,
    )
    .map(([template, ...parts]) => fill(template, parts));
  return fc.oneof(chain, nested);
}

/** Of forms that both front ends know, so that they can be compared. */
export function plainExpressions(columns: Columns): fc.Arbitrary<string> {
  const atom = plainAtoms(columns);
  return fc.letrec<{ expression: string }>((tie) => {
    const inner = tie('expression');
    const build = (template: string): fc.Arbitrary<string> =>
      fc.array(inner, { minLength: 3, maxLength: 3 }).map((parts) => fill(template, parts));
    const templates = [
      '0 and 1',
      '0 or 1',
      '0 and 1 or 2',
      '0 or 1 and 2',
      '(0)',
      '(0) and 1',
      'not (0)',
      'not (0) or 1',
      'not 0',
    ];
    return {
      expression: fc.oneof(
        { depthSize: 'small', withCrossShrink: true },
        { weight: 12, arbitrary: atom },
        ...templates.map((template) => ({ weight: 2, arbitrary: build(template) })),
      ),
    };
  }).expression;
}

function plainAtoms({ numbers, texts, flags = [] }: Columns): fc.Arbitrary<string> {
  const ofType = (names: readonly string[], literals: readonly string[]): readonly fc.Arbitrary<string>[] => {
    const [column, literal] = [fc.constantFrom(...names), fc.constantFrom(...literals)];
    const operator = fc.constantFrom('=', '<>', '!=', '<', '<=', '>', '>=');
    const list = fc.array(literal, { minLength: 1, maxLength: 3 }).map((items) => items.join(', '));
    return [
      fc.tuple(column, operator, literal).map((parts) => parts.join(' ')),
      fc.tuple(literal, operator, column).map((parts) => parts.join(' ')),
      fc
        .tuple(column, fc.constantFrom('in', 'not in'), list)
        .map(([name, word, items]) => `${name} ${word} (${items})`),
      fc
        .tuple(column, fc.constantFrom('between', 'not between'), literal, literal)
        .map(([name, word, low, high]) => `${name} ${word} ${low} and ${high}`),
      fc.tuple(column, column).map((pair) => pair.join(' = ')),
      fc.tuple(column, fc.constantFrom('is null', 'is not null')).map((parts) => parts.join(' ')),
      fc.tuple(column, literal).map(([name, value]) => `not ${name} = ${value}`),
    ];
  };
  const patterns = ["'1%'", "'_'", 'null'].flatMap((pattern) => [`like ${pattern}`, `like ${pattern} and true`]);
  return fc.oneof(
    ...ofType(numbers, ['0', '1', '-1', '(2)', 'null', '1.5', '0.0']),
    ...ofType(texts, ["'0'", "'1'", "'x'", "E'1'", 'null']),
    ...(flags.length === 0 ? [] : [fc.constantFrom(...flags)]),
    fc.tuple(fc.constantFrom(...texts), fc.constantFrom(...patterns)).map((parts) => parts.join(' ')),
  );
}

function nestedExpressions(atom: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc.letrec<{ expression: string }>((tie) => {
    const inner = tie('expression');
    const build = (template: string): fc.Arbitrary<string> =>
      fc.array(inner, { minLength: 3, maxLength: 3 }).map((parts) => fill(template, parts));
    return {
      expression: fc.oneof(
        { depthSize: 'small', withCrossShrink: true },
        { weight: 6, arbitrary: atom },
        { weight: 4, arbitrary: build('0 and 1') },
        { weight: 3, arbitrary: build('0 or 1') },
        { weight: 2, arbitrary: build('0 and 1 or 2') },
        { weight: 2, arbitrary: build('0 or 1 and 2') },
        { weight: 2, arbitrary: build('(0)') },
        { weight: 1, arbitrary: build('((0))') },
        { weight: 2, arbitrary: build('(0) and 1') },
        { weight: 1, arbitrary: build('0 and (1) and 2') },
        { weight: 1, arbitrary: build('not 0') },
        { weight: 1, arbitrary: build('not (0)') },
        { weight: 1, arbitrary: build('not (0) and 1') },
        { weight: 1, arbitrary: build('(0) = (1)') },
        { weight: 1, arbitrary: build('(0) is not true') },
        { weight: 1, arbitrary: build('case when 0 then 1 else 2 end') },
        { weight: 1, arbitrary: build('exists (select true where 0 and 1)') },
        { weight: 1, arbitrary: build('coalesce(0, 1)') },
      ),
    };
  }).expression;
}

function fill(template: string, parts: readonly string[]): string {
  return template.replace(/\d/g, (digit) => parts[Number(digit)] ?? digit);
}

function atoms({ numbers, texts, flags = [], documents = [] }: Columns): fc.Arbitrary<string> {
  const typed = (names: readonly string[], literal: fc.Arbitrary<string>): fc.Arbitrary<string>[] =>
    names.length === 0 ? [] : ofType(names, literal);
  const number = fc.constantFrom('0', '1', '2', '3', '-1', '(1)', '1::int', 'null', '1.0', '1 + 1');
  const text = fc.constantFrom(
    "'0'",
    "'1'",
    "'2'",
    "'3'",
    "'x'",
    'null',
    "'1'::text",
    "E'1'",
    "lower('2')",
    "'1' || ''",
  );
  const operator = fc.constantFrom('=', '=', '=', '<>', '!=', '<', '>=');
  const ofType = (names: readonly string[], literal: fc.Arbitrary<string>): fc.Arbitrary<string>[] => {
    const column = fc.constantFrom(...names);
    const list = fc.array(literal, { minLength: 1, maxLength: 3 }).map((items) => items.join(', '));
    const equality = fc.tuple(column, literal).map((parts) => parts.join(' = '));
    return [
      equality,
      equality,
      equality,
      fc.tuple(column, operator, literal).map((parts) => parts.join(' ')),
      fc.tuple(literal, operator, column).map((parts) => parts.join(' ')),
      fc.tuple(column, list).map(([name, items]) => `${name} in (${items})`),
      fc.tuple(column, list).map(([name, items]) => `${name} not in (${items})`),
      fc.tuple(column, literal, literal).map(([name, low, high]) => `${name} between ${low} and ${high}`),
      fc.tuple(column, literal, literal).map(([name, low, high]) => `${name} not between ${low} and ${high}`),
      fc.tuple(column, column).map((pair) => pair.join(' = ')),
      fc.tuple(column, literal).map(([name, value]) => `${name} = any(array[${value}])`),
      fc.tuple(column, column, literal, literal).map(([a, b, x, y]) => `(${a}, ${b}) = (${x}, ${y})`),
      fc.tuple(column, column, literal, literal).map(([a, b, x, y]) => `(${a}, ${b}) in ((${x}, ${y}))`),
      fc.tuple(column, literal).map(([name, value]) => `(${name} = ${value}) is false`),
      fc.tuple(column, literal).map(([name, value]) => `(${name}) = ${value}`),
      fc.tuple(column, literal).map(([name, value]) => `${name} = ${value} = false`),
      fc.tuple(column, literal).map(([name, value]) => `not ${name} = ${value}`),
      column.map((name) => `${name} is null`),
      column.map((name) => `${name} is not null`),
    ];
  };
  return fc.oneof(
    ...typed(numbers, number),
    ...typed(texts, text),
    ...(texts.length === 0 ? [] : textAtoms(texts)),
    ...(flags.length === 0 ? [] : flagAtoms(flags)),
    ...(documents.length === 0 ? [] : documentAtoms(documents)),
    fc.constantFrom(...numbers).map((name) => `- ${name} = -1`),
    fc.constantFrom(...numbers).map((name) => `${name}::varchar = '1'`),
    fc.constantFrom('true', 'false', 'null', '1 = 1'),
  );
}

function textAtoms(texts: readonly string[]): readonly fc.Arbitrary<string>[] {
  const column = fc.constantFrom(...texts);
  const pattern = fc.constantFrom("'1%'", "'%'", "'_'", "'1'", 'null', "lower('1%')");
  return [
    fc.tuple(column, fc.constantFrom('like', 'not like', 'ilike'), pattern).map((parts) => parts.join(' ')),
    column.map((name) => `prefix(${name}, '1')`),
    column.map((name) => `starts_with(${name}, '_')`),
    column.map((name) => `${name}[1] = '1'`),
    column.map((name) => `${name} collate "nocase" = '1'`),
  ];
}

function flagAtoms(flags: readonly string[]): readonly fc.Arbitrary<string>[] {
  const column = fc.constantFrom(...flags);
  return [
    'x',
    'not x',
    'x = true',
    'false <> x',
    'x is true',
    'x is not true',
    'not (x is false)',
    'x in (true, null)',
  ].map((form) => column.map((name) => form.replace('x', name)));
}

function documentAtoms(documents: readonly string[]): readonly fc.Arbitrary<string>[] {
  const column = fc.constantFrom(...documents);
  return [
    // Without parentheses, everything before the arrow would be its left side.
    "(x->>'k') = '1'",
    "(x->>'$.n.m') in ('1', '2')",
    "(x->'n'->>'m') <> '1'",
    "json_extract_string(x, '$.k') > '1'",
    "json_extract_string(x, '$.n.m') is null",
    "(x->'n') is not null",
    "(x->>'$.l[0]') = '1'",
  ].map((form) => column.map((name) => form.replace('x', name)));
}

/** A qual as SQL again; undefined for one that says less than its condition. */
export function qualSql(qual: Qual): string | undefined {
  switch (qual.kind) {
    case 'in':
      return `${columnSql(qual.column)} in (${qual.values.map(constantSql).join(', ')})`;
    case 'compare':
      return `${columnSql(qual.column)} ${qual.operator} ${constantSql(qual.value)}`;
    case 'like':
      return `${columnSql(qual.column)} like ${constantSql(qual.pattern)}`;
    case 'null':
      return `${columnSql(qual.column)} is ${qual.isNull ? '' : 'not '}null`;
    case 'and':
    case 'or':
      return joinedSql(qual.quals, qual.kind);
    case 'sameAs':
      return `${columnSql(qual.left)} = ${columnSql(qual.right)}`;
    case 'constant':
      return constantSql(qual.value);
    case 'inQuery':
      return undefined;
    case 'other':
      return qual.text;
  }
}

function joinedSql(quals: readonly Qual[], word: 'and' | 'or'): string | undefined {
  const parts = quals.map(qualSql);
  return parts.every((part) => part !== undefined)
    ? `(${parts.map((part) => `(${part})`).join(` ${word} `)})`
    : undefined;
}

function columnSql({ qualifier, name, path = [] }: ColumnRef): string {
  const column = [qualifier, name].filter((part) => part !== undefined).join('.');
  return path.length === 0 ? column : `json_extract_string(${column}, '$.${path.join('.')}')`;
}

function constantSql(constant: Constant): string {
  return constant.kind === 'literal' ? literalSql(constant.value) : constant.text;
}

function literalSql(value: Literal): string {
  return typeof value === 'string' ? `'${value.replaceAll("'", "''")}'` : String(value);
}
