/**
 * The simulators' orgs as plain DuckDB tables under the names that the product has for them, so that one text runs on both.
 *
 * The tables are filled by a loop of a few lines that knows nothing of the product's scans: it follows `next` links, asks
 * for each parent in turn, and writes what it gets. Only the columns' names and types are the product's.
 */

import { DuckDBInstance } from '@duckdb/node-api';
import { createProvider } from '../../src/index.ts';
import { isStarColumn, type TableColumn } from '../../src/registry/resource.ts';
import type { Simulator } from '../../src/simulator/index.ts';
import type { JsonValue } from '../../src/values.ts';

type Item = Readonly<Record<string, JsonValue>>;

/** Items of a list, and the values that stand in its path. */
interface Listed {
  readonly item: Item;
  readonly parameters: Readonly<Record<string, string>>;
}

interface Source {
  readonly resource: string;
  /** With `{parameter}` in it. */
  readonly path: string;
  /** Queries whose lists together hold all rows. */
  readonly queries?: readonly string[];
  /** Which rows of which table give the parameters. */
  readonly parent?: { readonly resource: string; readonly parameter: string; readonly where?: (item: Item) => boolean };
  readonly rowsOf?: (body: JsonValue) => readonly Item[];
}

const isOidc = ({ signOnMode }: Item): boolean => signOnMode === 'OPENID_CONNECT';
const POLICY_TYPES = [
  'ACCESS_POLICY',
  'CLIENT_UPDATE',
  'DEVICE_SIGNAL_COLLECTION',
  'ENTITY_RISK',
  'IDENTITY_CLAIM_SOURCING',
  'IDP_DISCOVERY',
  'MFA_ENROLL',
  'OKTA_SIGN_ON',
  'PASSWORD',
  'POST_AUTH_SESSION',
  'PROFILE_ENROLLMENT',
  'SESSION_VIOLATION_DETECTION',
];

const SOURCES: readonly Source[] = [
  { resource: 'okta.apps.applications', path: '/api/v1/apps' },
  {
    resource: 'okta.apps.jwks',
    path: '/api/v1/apps/{appId}/credentials/jwks',
    parent: { resource: 'okta.apps.applications', parameter: 'appId', where: isOidc },
    rowsOf: (body) => (body as { keys: Item[] }).keys,
  },
  {
    resource: 'okta.apps.application_users',
    path: '/api/v1/apps/{appId}/users',
    parent: { resource: 'okta.apps.applications', parameter: 'appId' },
  },
  {
    resource: 'okta.apps.group_assignments',
    path: '/api/v1/apps/{appId}/groups',
    parent: { resource: 'okta.apps.applications', parameter: 'appId' },
  },
  { resource: 'okta.users.users', path: '/api/v1/users', queries: ['search=id+pr'] },
  { resource: 'okta.groups.groups', path: '/api/v1/groups' },
  {
    resource: 'okta.groups.users',
    path: '/api/v1/groups/{groupId}/users',
    parent: { resource: 'okta.groups.groups', parameter: 'groupId' },
  },
  { resource: 'okta.policies.policies', path: '/api/v1/policies', queries: POLICY_TYPES.map((type) => `type=${type}`) },
  {
    resource: 'okta.policies.policy_rules',
    path: '/api/v1/policies/{policyId}/rules',
    parent: { resource: 'okta.policies.policies', parameter: 'policyId' },
  },
  { resource: 'okta.devices.devices', path: '/api/v1/devices' },
  {
    resource: 'okta.logs.system_log_events',
    path: '/api/v1/logs',
    queries: ['since=2026-08-26T12:00:00.000Z&until=2026-11-24T12:00:00.000Z&limit=1000'],
  },
];

/** A database that answers with what the product should. */
export interface Oracle {
  /** Their full names. */
  readonly tables: readonly string[];
  /** Rows as JSON texts; undefined where DuckDB refuses the statement. */
  ask(sql: string): Promise<readonly string[] | undefined>;
  /** Values of a column that occur, for conditions that are met. */
  values(table: string, expression: string): Promise<readonly string[]>;
  close(): void;
}

/**
 * @param orgs simulators by the subdomains that the product has for them
 * @param local statements that make views and tables besides
 */
export async function openOracle(
  orgs: Readonly<Record<string, Simulator>>,
  local: readonly string[] = [],
): Promise<Oracle> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  await connection.run("SET TimeZone = 'UTC'; ATTACH ':memory:' AS okta");
  // Without it plain DuckDB is wrong now and then; UNSOUND_OPTIMIZERS of the engine says where.
  await connection.run("SET disabled_optimizers = 'join_filter_pushdown'");
  for (const source of SOURCES) await connection.run(tableOf(source));
  for (const [subdomain, simulator] of Object.entries(orgs)) {
    const lists = new Map<string, readonly Listed[]>();
    for (const source of SOURCES) {
      const listed = await readAll({ subdomain, simulator }, source, lists);
      lists.set(source.resource, listed);
      await connection.run(filling(source, listed));
    }
  }
  for (const sql of local) await connection.run(sql);
  const read = async (sql: string): Promise<readonly string[]> =>
    (await connection.runAndReadAll(sql)).getRowsJson().map((row) => JSON.stringify(row));
  return {
    tables: SOURCES.map(({ resource }) => resource),
    ask: (sql) => read(sql).catch(() => undefined),
    values: async (table, expression) => {
      const rows = await read(
        `SELECT DISTINCT (${expression})::VARCHAR FROM ${table} WHERE (${expression}) IS NOT NULL ORDER BY 1`,
      );
      return rows.map((row) => (JSON.parse(row) as [string])[0]);
    },
    close: () => instance.closeSync(),
  };
}

interface TestOrg {
  readonly subdomain: string;
  readonly simulator: Simulator;
}

async function readAll(
  { subdomain, simulator }: TestOrg,
  source: Source,
  lists: ReadonlyMap<string, readonly Listed[]>,
): Promise<readonly Listed[]> {
  const { parent, path, queries = [''], rowsOf = (body) => body as unknown as readonly Item[] } = source;
  const parents =
    parent === undefined
      ? [{}]
      : (lists.get(parent.resource) ?? [])
          .filter(({ item }) => parent.where?.(item) ?? true)
          .map(({ item }) => ({ [parent.parameter]: String(item['id']) }));
  const found: Listed[] = [];
  for (const parameters of parents) {
    const filled = path.replace(
      /\{(\w+)\}/g,
      (_whole, name: string) => (parameters as Record<string, string>)[name] ?? '',
    );
    for (const query of queries) {
      for (const body of await pagesOf(simulator, `https://${subdomain}.okta.com${filled}?${query}`)) {
        for (const item of rowsOf(body)) found.push({ item, parameters: { ...parameters, subdomain } });
      }
    }
  }
  return found;
}

async function pagesOf(simulator: Simulator, first: string): Promise<readonly JsonValue[]> {
  const bodies: JsonValue[] = [];
  for (let url: string | undefined = first; url !== undefined; ) {
    const headers = { authorization: `SSWS ${simulator.token}` };
    const response: Response = await simulator.handle(new Request(url, { headers }));
    // Built-in applications have no keys to ask for, and orgs do not have every type of policy.
    if (response.status === 404 || isAbsentPolicyType(url, response.status)) return [];
    if (response.status !== 200) throw new Error(`${url}: ${response.status}`);
    bodies.push((await response.json()) as JsonValue);
    url = /<([^>]+)>; rel="next"/.exec(response.headers.get('link') ?? '')?.[1];
  }
  return bodies;
}

function isAbsentPolicyType(url: string, status: number): boolean {
  return new URL(url).pathname === '/api/v1/policies' && (status === 400 || status === 401);
}

function columnsOf(resource: string): readonly TableColumn[] {
  const { columns } = createProvider().describe(resource);
  // Plain tables hide no column, so those that `SELECT *` does not show are none of theirs.
  return columns.filter(isStarColumn);
}

function tableOf({ resource }: Source): string {
  const [, schema = '', name = ''] = resource.split('.');
  const types = columnsOf(resource).map((column) => `"${column.name}" ${column.type}`);
  return `CREATE SCHEMA IF NOT EXISTS okta.${schema}; CREATE TABLE okta.${schema}."${name}" (${types.join(', ')})`;
}

/** Rows go in as one JSON text, which DuckDB takes apart. */
function filling({ resource }: Source, listed: readonly Listed[]): string {
  const [, schema = '', name = ''] = resource.split('.');
  const columns = columnsOf(resource);
  const rows = listed.map(({ item, parameters }) =>
    Object.fromEntries(
      columns.map(({ name: column, aliasOf }) => {
        return [column, item[aliasOf ?? column] ?? parameters[column] ?? null];
      }),
    ),
  );
  const values = columns.map(({ name: column, type }) => {
    const path = `'$."${column}"'`;
    return type === 'JSON' ? `CASE WHEN json_type(r, ${path}) <> 'NULL' THEN r->${path} END` : `(r->>${path})::${type}`;
  });
  const json = JSON.stringify(rows).replaceAll("'", "''");
  const source = `(SELECT unnest(from_json('${json}', '["JSON"]')) AS r)`;
  return `INSERT INTO okta.${schema}."${name}" SELECT ${values.join(', ')} FROM ${source}`;
}
