import { type ApiMethod, readOperations } from '../../../src/simulator/api/documents.ts';
import type { Simulator } from '../../../src/simulator/index.ts';
import { OBJECT_LISTS } from '../../../tools/recorded/places.ts';
import { type CallOptions, makeRequest, rsaKey } from './client.ts';

/** One operation of the documents, and how the simulator answered it. */
export interface Visit {
  readonly name: string;
  readonly method: ApiMethod;
  readonly request: string;
  readonly status: number;
  readonly body: unknown;
}

/** Values of parameters that no list names. */
const NAMED: Readonly<Record<string, string>> = {
  '/api/v1/first-party-app-settings/{}': 'admin-console',
  '/api/v1/meta/schemas/user/{}': 'default',
  '/api/v1/brands/{}/well-known-uris/{}': 'apple-app-site-association',
  '/api/v1/features/{}/{}': 'ENABLE',
  '/api/v1/roles/{}': 'SUPER_ADMIN',
  '/api/v1/sessions/{}': '102session',
  '/api/v1/users/{}/linkedObjects/{}': 'manager',
  '/api/v1/identity-sources/{}/groups/{}': 'external-1',
  '/api/v1/identity-sources/{}/users/{}': 'external-1',
  '/api/v1/directories/{}/groups/{}/query/{}': 'external-1',
};

const SUFFIXES: Readonly<Record<string, string>> = {
  '/api/v1/apps': '?limit=200',
  '/api/v1/policies': '?type=PASSWORD',
  '/api/v1/principal-rate-limits': '?filter=principalType+eq+%22SSWS_TOKEN%22',
};

/** Required query parameters, and what a list needs to have items. */
const QUERIES: Readonly<Record<string, string>> = {
  type: 'PASSWORD',
  filter: 'principalType eq "SSWS_TOKEN"',
  validityYears: '2',
  sendEmail: 'false',
  deleteTargetGroup: 'false',
  oauthClientId: 'client',
  stream_id: 'stream-1',
};

const ORDER: readonly string[] = ['GET', 'POST', 'PATCH', 'PUT', 'DELETE'];

/** One call: a method, its path with values in it, its query with the question mark, and what it sends. */
export interface Step {
  readonly method: ApiMethod;
  readonly resource: string;
  readonly path: string;
  readonly query: string;
  readonly options: CallOptions;
}

/**
 * Every operation once: reads first, and what deletes last, innermost first. The values of a step are looked up when it
 * is asked for, so that they are those that the steps before it have left.
 */
export async function* steps(sim: Simulator): AsyncGenerator<Step> {
  for (const operation of readOperations().toSorted((left, right) => rank(left.method) - rank(right.method))) {
    yield await stepOf(sim, operation);
  }
}

/** The call of one operation, with values that the organization has now. */
export async function stepOf(sim: Simulator, { method, resource }: Pick<Step, 'method' | 'resource'>): Promise<Step> {
  const path = await concretePath(sim, method);
  return { method, resource, path, query: await query(sim, method), options: await bodyFor(sim, method) };
}

/** The values that the path and query of a step have, by parameter. */
export function parametersOf({ method, path, query: search }: Step): Readonly<Record<string, string>> {
  const names = [...method.path.matchAll(/\{([^}]+)\}/g)].map(([, name = '']) => name);
  const pattern = method.path.split(/\{[^}]+\}/).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  const values = new RegExp(`^${pattern.join('([^/]+)')}$`).exec(path)?.slice(1) ?? [];
  return {
    ...Object.fromEntries(names.map((name, index) => [name, decodeURIComponent(values[index] ?? '')])),
    ...Object.fromEntries(new URLSearchParams(search)),
  };
}

/** Makes every call of {@link steps}. */
export async function walkAll(sim: Simulator): Promise<readonly Visit[]> {
  const visits: Visit[] = [];
  for await (const { method, resource, path, query: search, options } of steps(sim)) {
    const request = `${method.httpMethod} ${path}${search}`;
    const response = await sim.handle(makeRequest(sim, request, options));
    const text = await response.text();
    const isJson = response.headers.get('content-type') === 'application/json';
    const body = isJson ? (JSON.parse(text) as unknown) : text;
    visits.push({ name: `${resource}.${method.name}`, method, request, status: response.status, body });
  }
  return visits;
}

function rank({ httpMethod, path }: ApiMethod): number {
  const order = ORDER.indexOf(httpMethod) * 1000;
  return httpMethod === 'DELETE' ? order - path.split('/').length : order;
}

/** Members without which an operation does nothing useful. */
async function membersFor(sim: Simulator, { path }: ApiMethod): Promise<object> {
  const user = async (): Promise<string> => someId(sim, '/api/v1/users', 'GET');
  switch (path) {
    case '/api/v1/apps':
    case '/api/v1/apps/{appId}':
      return { label: 'Walk', signOnMode: 'BOOKMARK' };
    case '/api/v1/apps/{appId}/credentials/jwks':
      return rsaKey();
    case '/api/v1/apps/{appId}/interclient-allowed-apps':
      return { trustedAppInstanceId: await someId(sim, '/api/v1/apps', 'DELETE') };
    case '/api/v1/apps/{appId}/users':
      return { id: await user() };
    case '/api/v1/identity-sources/{identitySourceId}/groups/{groupOrExternalId}/membership':
      return { memberExternalIds: ['external-3'] };
    case '/api/v1/meta/schemas/user/linkedObjects':
      return { primary: { name: 'coach' }, associated: { name: 'player' } };
    case '/api/v1/users':
      return { profile: { login: 'walk@example.com', email: 'walk@example.com' } };
    default:
      return {};
  }
}

async function bodyFor(sim: Simulator, method: ApiMethod): Promise<CallOptions> {
  if (method.body === undefined) return method.response.kind === 'text' ? { headers: { accept: '*/*' } } : {};
  const body = method.body.isList === true ? [] : await membersFor(sim, method);
  return { body, headers: { 'content-type': method.body.mediaType } };
}

async function query(sim: Simulator, { parameters }: ApiMethod): Promise<string> {
  const required = parameters.filter(({ location, isRequired }) => location === 'query' && isRequired);
  if (required.length === 0) return '';
  const values = await Promise.all(
    required.map(
      async ({ name }): Promise<[string, string]> => [
        name,
        QUERIES[name] ?? (await someId(sim, '/api/v1/apps', 'LAST')),
      ],
    ),
  );
  return `?${new URLSearchParams(values)}`;
}

async function concretePath(sim: Simulator, { path, httpMethod }: ApiMethod): Promise<string> {
  let concrete = '';
  let template = '';
  const segments = path.split('/').slice(1);
  for (const [index, segment] of segments.entries()) {
    template += segment.startsWith('{') ? '/{}' : `/${segment}`;
    const isLast = index === segments.length - 1;
    // The first key of an application is the one that all of them share, and cannot be cloned again.
    const isCloned = template === '/api/v1/apps/{}/credentials/keys/{}' && path.endsWith('/clone');
    const method = isLast ? httpMethod : isCloned ? 'LAST' : 'GET';
    const needs = template === '/api/v1/apps/{}' ? wantedApp(path, method) : (STATUSES[path] ?? '');
    const list = isOfAccess(path, template) ? '/api/v1/policies?type=ACCESS_POLICY' : concrete;
    concrete += `/${segment.startsWith('{') ? await valueFor(sim, template, list, method, needs) : segment}`;
  }
  return concrete;
}

/** Applications are linked to policies of access alone. */
function isOfAccess(path: string, template: string): boolean {
  return template === '/api/v1/apps/{}/policies/{}' || (template === '/api/v1/policies/{}' && path.endsWith('/app'));
}

/** Statuses without which an operation is refused. */
const STATUSES: Readonly<Record<string, string>> = {
  '/api/v1/users/{id}/lifecycle/unlock': '"status":"LOCKED_OUT"',
  '/api/v1/users/{id}/lifecycle/reactivate': '"status":"PROVISIONED"',
};

// Only OIDC apps have keys and secrets, the first kind with a key pair; SAML's are provisioned; only inactive ones can be
// deleted.
function wantedApp(path: string, method: string): string {
  if (method === 'DELETE') return '"status":"INACTIVE"';
  if (path.includes('/features')) return '"signOnMode":"SAML_2_0"';
  return path.includes('/credentials/jwks') ? '"label":"Identity Sync"' : SECRET;
}

const SECRET = '"token_endpoint_auth_method":"client_secret';

async function valueFor(
  sim: Simulator,
  template: string,
  parent: string,
  method: string,
  needs: string,
): Promise<string> {
  return NAMED[template] ?? (await someId(sim, OBJECT_LISTS[template] ?? parent, method, needs));
}

// What is deleted is the last of its list, so that the others still find the first, or one that is not in use.
async function someId(sim: Simulator, list: string, method: string, needs = ''): Promise<string> {
  const isApps = list === '/api/v1/apps';
  const suffix = SUFFIXES[list] ?? '';
  const response = await sim.handle(makeRequest(sim, `GET ${list}${suffix}`));
  if (response.status !== 200) return 'any';
  const wanted = needs === '' && isApps ? SECRET : needs;
  const rows = rowsOf((await response.json()) as unknown).filter((row) => JSON.stringify(row).includes(wanted));
  const unused = rows.find((row) => (row as { readonly status?: string }).status === 'INACTIVE');
  const row = { DELETE: unused ?? rows.at(-1), LAST: rows.at(-1) }[method] ?? rows[0];
  return row === undefined ? 'any' : encodeURIComponent(idOf(row, list));
}

function rowsOf(body: unknown): readonly unknown[] {
  if (Array.isArray(body)) return body;
  return Object.values(body as object).find((value) => Array.isArray(value)) ?? [];
}

const ID_FIELDS = [
  'id',
  'client_id',
  'notificationType',
  'contactType',
  'domain',
  'aaguid',
  'grantId',
  'caseNumber',
  'kid',
  'label',
  'name',
  'type',
];

function idOf(row: unknown, list: string): string {
  if (typeof row === 'string') return row;
  const item = (row ?? {}) as Readonly<Record<string, unknown>>;
  if (list.endsWith('/catalog/apps')) return String(item['name']);
  const primary = item['primary'] as { readonly name?: string } | undefined;
  if (primary?.name !== undefined) return primary.name;
  return String(ID_FIELDS.map((name) => item[name]).find((value) => typeof value === 'string') ?? 'any');
}

/** Whether an answer has the shape that the document promises. */
export function hasShape({ method, body, status }: Visit): boolean {
  const { kind, rowsAt, scalar } = method.response;
  switch (kind) {
    case 'none':
      return body === '' || (status !== 204 && JSON.stringify(body) === '{}');
    case 'text':
      return typeof body === 'string' && body !== '';
    case 'object':
      return typeof body === 'object' && body !== null && !Array.isArray(body);
    case 'list': {
      const rows = rowsAt.map((at) => valueAt(body, at)).find((value) => Array.isArray(value));
      return Array.isArray(rows) && rows.every((row) => typeof row === (scalar === undefined ? 'object' : 'string'));
    }
  }
}

function valueAt(body: unknown, at: string): unknown {
  return at
    .split('.')
    .slice(1)
    .reduce<unknown>((value, name) => (value as Readonly<Record<string, unknown>> | undefined)?.[name], body);
}
