import { DuckDBInstance, type DuckDBValue, HUGEINT, listValue } from '@duckdb/node-api';
import { SqlSyntaxError } from '../../../src/errors.ts';
import { parseScript } from '../../../src/sql/parse.ts';
import type { ParseContext } from '../../../src/sql/parse-context.ts';
import type { LiteralConstant, ParameterValue, SelectStatement, Statement } from '../../../src/sql/statement.ts';

type Parameters = ParseContext['parameters'];

/** A DuckDB as the parsers ask it, and the number of times that they did. */
export interface TestEngine {
  readonly duckDbTree: ParseContext['duckDbTree'];
  readonly evaluate: ParseContext['evaluate'];
  readonly counts: { trees: number; evaluations: number };
  readonly close: () => void;
}

export async function openTestEngine(): Promise<TestEngine> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  await connection.run("SET TimeZone = 'UTC'");
  const counts = { trees: 0, evaluations: 0 };
  const computed = async (expression: string, parameters: Parameters): Promise<LiteralConstant | undefined> => {
    if (/random|uuid/i.test(expression)) return undefined;
    // DuckDB's own binding counts the parameters of a text, where ours goes by their names.
    const names = Object.keys(parameters).filter((name) => expression.includes(`$${name}`));
    const numbered = names.reduce((text, name, at) => text.replaceAll(`$${name}`, `$${at + 1}`), expression);
    const values = Object.fromEntries(names.map((name, at) => [at + 1, toDuckDb(parameters[name] ?? null)]));
    const types = Object.fromEntries(
      Object.entries(values).map(([at, value]) => [at, typeof value === 'bigint' ? HUGEINT : undefined]),
    );
    try {
      const result = await connection.runAndReadAll(`SELECT ${numbered} AS value`, values, types);
      return toLiteral(result.getRowsJson()[0]?.[0], String(result.columnTypes()[0]));
    } catch {
      return undefined;
    }
  };
  return {
    counts,
    duckDbTree: async (text) => {
      counts.trees += 1;
      const result = await connection.runAndReadAll('SELECT json_serialize_sql($1::VARCHAR)', [text]);
      return statementsOf(text, String(result.getRows()[0]?.[0]));
    },
    evaluate: async (expressions, parameters) => {
      counts.evaluations += 1;
      return Promise.all(expressions.map((expression) => computed(expression, parameters)));
    },
    close: () => instance.closeSync(),
  };
}

function statementsOf(text: string, json: string): unknown {
  const tree = JSON.parse(json) as Readonly<Record<string, unknown>>;
  if (tree['error'] !== true) return tree['statements'];
  // Errors count characters, where the nodes of the tree count bytes.
  const offset = [...text].slice(0, Number(tree['position'] ?? 0)).join('').length;
  throw new SqlSyntaxError(`The engine: ${String(tree['error_message'])} (line 1, column ${offset + 1}).`, {
    position: { offset, line: 1, column: offset + 1 },
    excerpt: '',
  });
}

function toDuckDb(value: ParameterValue): DuckDBValue {
  if (value instanceof Date) return value.toISOString();
  return Array.isArray(value) ? listValue(value.map(toDuckDb)) : (value as DuckDBValue);
}

function toLiteral(value: unknown, type: string): LiteralConstant | undefined {
  if (value === null || typeof value === 'boolean' || typeof value === 'number') return { kind: 'literal', value };
  if (typeof value !== 'string') return undefined;
  if (/^(?:TIMESTAMP|DATE)/.test(type)) {
    return { kind: 'literal', value: new Date(`${value.replace(' ', 'T').slice(0, 19)}Z`).toISOString(), type };
  }
  if (!/INT|DECIMAL|DOUBLE/.test(type)) return { kind: 'literal', value };
  const isExact = Number.isSafeInteger(Number(value)) || !/INT/.test(type);
  return isExact ? { kind: 'literal', value: Number(value) } : { kind: 'literal', value, type };
}

export function contextOf(
  engine: TestEngine,
  { parameters = {}, views = {} }: { parameters?: Parameters; views?: Readonly<Record<string, string>> } = {},
): ParseContext {
  return {
    duckDbTree: engine.duckDbTree,
    evaluate: engine.evaluate,
    distinctValues: async (queries) => queries.map(() => undefined),
    parameters,
    views: new Map(Object.entries(views)),
    resource: () => ({ views: [], columns: new Set(), hidden: new Set(), hosts: new Set(), keys: new Set() }),
  };
}

/** The only statement of a text. */
export async function parseOne(sql: string, context: ParseContext): Promise<Statement> {
  const [statement, ...more] = parseScript(sql);
  if (statement === undefined || more.length > 0) throw new Error(`not one statement: ${sql}`);
  return statement.parse(context);
}

/** The only statement of a text, which is a SELECT. */
export async function parseSelect(sql: string, context: ParseContext): Promise<SelectStatement> {
  const statement = await parseOne(sql, context);
  if (statement.kind !== 'select') throw new Error(`not a SELECT: ${sql}`);
  return statement;
}
