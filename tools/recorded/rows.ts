import { type Exchange, isObject, type JsonObject } from './exchanges.ts';
import { type Field, type Found, type Method, pathnameOf } from './operations.ts';

/** What is used of the library's provider. */
export interface Provider {
  invoke(method: string, parameters: Readonly<Record<string, string>>): Promise<{ readonly result: Result }>;
}

interface Result {
  readonly columns: readonly Field[];
  readonly rows: readonly (readonly unknown[])[];
}

/** How a recorded answer arrived as rows. */
export interface RowCheck {
  readonly problems: readonly string[];
  /** Names of members that no column shows. */
  readonly hidden: readonly string[];
  readonly rows: number;
  /** How many values without members were compared. */
  readonly compared: number;
}

/**
 * Reads a recorded answer to a GET through its table: every item must be a row, and texts, numbers, booleans and times
 * must arrive unchanged.
 *
 * @param providerFor gives a provider whose every request is answered with this text
 */
export async function checkRows(
  providerFor: (text: string) => Provider,
  exchange: Exchange,
  { operation, values }: Found,
): Promise<RowCheck> {
  const { method } = operation;
  const { body } = exchange.reply;
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const { result } = await providerFor(text).invoke(method.key, parametersOf(method, values, exchange.target));
  if (method.response.kind === 'text') {
    return { problems: [], hidden: [], rows: result.rows.length, compared: 0 };
  }
  const items = itemsOf(method, body);
  const seen = items.map((item, index) => (isObject(item) ? checkItem(item, index, result, method) : NOTHING));
  const isComplete = result.rows.length === items.length;
  return {
    problems: [
      ...(isComplete ? [] : [`${result.rows.length} rows of ${items.length} items`]),
      ...seen.flatMap(({ problems }) => problems),
    ],
    hidden: [...new Set(seen.flatMap(({ hidden }) => hidden))],
    rows: result.rows.length,
    compared: seen.reduce((sum, { compared }) => sum + compared, 0),
  };
}

type ItemCheck = Omit<RowCheck, 'rows'>;

const NOTHING: ItemCheck = { problems: [], hidden: [], compared: 0 };

function parametersOf(method: Method, values: readonly string[], target: string): Readonly<Record<string, string>> {
  const names = [...method.path.matchAll(/\{([^}]+)\}/g)].map(([, name]) => name ?? '');
  const inPath = names.map((name, index): [string, string] => [name, values[index] ?? '']);
  const { searchParams } = new URL(target, 'https://my-org.okta.com');
  const inQuery = method.parameters
    .filter(({ location, isRequired }) => location === 'query' && isRequired)
    .map(({ name }): [string, string] => [name, searchParams.get(name) ?? 'x']);
  return Object.fromEntries([...inPath, ...inQuery]);
}

function itemsOf({ response }: Method, body: unknown): readonly unknown[] {
  if (response.kind !== 'list') return [body];
  const found = response.rowsAt.map((at) => valueAt(body, at)).find((value) => Array.isArray(value));
  return Array.isArray(found) ? found : [];
}

function valueAt(body: unknown, at: string): unknown {
  return at
    .split('.')
    .slice(1)
    .reduce<unknown>((value, name) => (isObject(value) ? value[name] : undefined), body);
}

function checkItem(item: JsonObject, index: number, { columns, rows }: Result, { response }: Method): ItemCheck {
  const problems: string[] = [];
  const hidden: string[] = [];
  let compared = 0;
  for (const [name, value] of Object.entries(item)) {
    const at = columns.findIndex((column) => column.name === name);
    const column = columns[at];
    if (column === undefined || !response.fields.some((field) => field.name === name)) hidden.push(name);
    else if (value === null || typeof value !== 'object') {
      compared += 1;
      const arrived = shown(rows[index]?.[at]);
      if (arrived !== expected(value, column.type)) {
        problems.push(`${name} ${column.type}: ${JSON.stringify(value)} arrived as ${JSON.stringify(arrived)}`);
      }
    }
  }
  return { problems, hidden, compared };
}

function shown(value: unknown): unknown {
  if (value instanceof Date) return value.getTime();
  return typeof value === 'bigint' ? String(value) : value;
}

function expected(value: unknown, type: string): unknown {
  if (value === null) return null;
  if (type === 'VARCHAR') return String(value);
  return type === 'TIMESTAMPTZ' && typeof value === 'string' ? new Date(value).getTime() : value;
}

/** Whether an exchange is a successful read with something in it. */
export function isReadable({ httpMethod, reply }: Exchange): boolean {
  return httpMethod === 'GET' && reply.status === 200 && reply.body !== null;
}

/** How an exchange is named in reports. */
export function nameOf({ httpMethod, target }: Exchange): string {
  return `${httpMethod} ${pathnameOf(target)}`;
}
