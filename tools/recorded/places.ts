import { likeness } from './compare.ts';
import { isObject, type JsonObject } from './exchanges.ts';
import type { Found } from './operations.ts';

/** Asks the simulator for what is at a path; undefined where it answers no success. */
export type Ask = (path: string) => Promise<unknown>;

/** What to look for. */
export interface Wanted {
  readonly found: Found;
  /** An object of the kind that the recorded call was about. */
  readonly model: JsonObject;
  /** Values of the recorded path that nothing shall exist for. */
  readonly unknown: readonly string[];
}

/** Lists of the objects that a parameter names, where its own path has none. */
export const OBJECT_LISTS: Readonly<Record<string, string>> = {
  '/api/v1/directories/{}': '/api/v1/apps',
  '/api/v1/identity-sources/{}': '/api/v1/apps',
  '/api/v1/meta/schemas/apps/{}': '/api/v1/apps',
  '/oauth2/v1/clients/{}': '/api/v1/apps',
  '/webauthn-registration/api/v1/users/{}': '/api/v1/users',
  '/api/v1/apps/{}/{}': '/api/v1/apps',
  '/api/v1/users/{}/linkedObjects/{}/{}': '/api/v1/users',
};

/** The same where an object may be named that is not in the list of its path. */
const LISTS: Readonly<Record<string, string>> = {
  ...OBJECT_LISTS,
  '/api/v1/directories/{}/groups/{}': '/api/v1/groups',
  '/api/v1/apps/{}/policies/{}': '/api/v1/policies',
  '/api/v1/apps/{}/groups/{}': '/api/v1/groups',
  '/api/v1/groups/{}/users/{}': '/api/v1/users',
  '/api/v1/users/{}/roles/{}/targets/groups/{}': '/api/v1/groups',
  '/api/v1/groups/{}/roles/{}/targets/groups/{}': '/api/v1/groups',
};

/** Queries with which a list answers, and names all that it has. */
const QUERIES: Readonly<Record<string, readonly string[]>> = {
  '/api/v1/apps': ['?limit=200'],
  '/api/v1/policies': ['PASSWORD', 'ACCESS_POLICY', 'OKTA_SIGN_ON', 'PROFILE_ENROLLMENT', 'MFA_ENROLL'].map(
    (type) => `?type=${type}`,
  ),
  '/api/v1/principal-rate-limits': ['?filter=principalType+eq+%22SSWS_TOKEN%22'],
};

/** Paths that are tried for one exchange, and objects for one of their parameters. */
const MOST_PATHS = 60;
const MOST_OBJECTS = 14;

/**
 * Paths of the simulator that the recorded call can be made with, the likeliest first: in place of the recorded ids they
 * have those of objects that the simulator holds.
 */
export async function concretePaths(ask: Ask, wanted: Wanted): Promise<readonly string[]> {
  let paths = [''];
  let used = 0;
  let template = '';
  for (const segment of wanted.found.operation.method.path.split('/').slice(1)) {
    const isParameter = segment.startsWith('{');
    template += isParameter ? '/{}' : `/${segment}`;
    if (!isParameter) {
      paths = paths.map((path) => `${path}/${segment}`);
      continue;
    }
    const place = { template, parameter: segment.slice(1, -1), value: wanted.found.values[used] ?? '' };
    used += 1;
    const longer = await Promise.all(paths.map((path) => extended(ask, path, place, wanted)));
    // Round robin, so that the first objects of all parents come before the last of the first parent.
    paths = interleaved(longer).slice(0, MOST_PATHS);
  }
  return paths;
}

interface Place {
  readonly template: string;
  readonly parameter: string;
  readonly value: string;
}

async function extended(ask: Ask, path: string, place: Place, wanted: Wanted): Promise<readonly string[]> {
  const values = wanted.unknown.includes(place.value) ? [place.value] : await candidates(ask, path, place, wanted);
  return values.map((value) => `${path}/${encodeURIComponent(value)}`);
}

// Names such as `default` and `okta.users.read` may be known to the simulator although no list has them.
async function candidates(ask: Ask, parent: string, place: Place, wanted: Wanted): Promise<readonly string[]> {
  const items = await itemsAt(ask, LISTS[place.template] ?? parent);
  const ids = ranked(items, wanted.model).map((item) => idOf(item, place.parameter, wanted.found.operation.aliases));
  const known = [...new Set(ids.filter((id) => id !== undefined))];
  if (known.includes(place.value)) return [place.value];
  return known.length > 0 ? known : [place.value];
}

async function itemsAt(ask: Ask, list: string): Promise<readonly unknown[]> {
  const bodies = await Promise.all((QUERIES[list] ?? ['']).map((query) => ask(list + query)));
  return bodies.flatMap(itemsOf);
}

function itemsOf(body: unknown): readonly unknown[] {
  if (Array.isArray(body)) return body;
  return isObject(body) ? (Object.values(body).find((value): value is unknown[] => Array.isArray(value)) ?? []) : [];
}

/** The objects of each kind by turns, the kind most like the model first. */
function ranked(items: readonly unknown[], model: JsonObject): readonly unknown[] {
  const objects = items.filter(isObject).toSorted((left, right) => likeness(model, right) - likeness(model, left));
  const kinds = new Map<string, JsonObject[]>();
  for (const item of objects) kinds.set(kindOf(item), [...(kinds.get(kindOf(item)) ?? []), item]);
  return [...items.filter((item) => typeof item === 'string'), ...interleaved([...kinds.values()])].slice(
    0,
    MOST_OBJECTS,
  );
}

function kindOf(item: JsonObject): string {
  const { type, status, signOnMode, credentials } = item;
  const oauthClient = isObject(credentials) ? credentials['oauthClient'] : undefined;
  const authMethod = isObject(oauthClient) ? oauthClient['token_endpoint_auth_method'] : undefined;
  return JSON.stringify([type, status, signOnMode, authMethod]);
}

const ID_FIELDS: readonly string[] = ['id', 'client_id', 'kid', 'name', 'label', 'type', 'domain', 'key'];

function idOf(item: unknown, parameter: string, aliases: Readonly<Record<string, string>>): string | undefined {
  if (!isObject(item)) return typeof item === 'string' ? item : undefined;
  const { primary } = item;
  if (isObject(primary) && typeof primary['name'] === 'string') return primary['name'];
  const names = [aliases[parameter] ?? parameter, parameter, ...ID_FIELDS];
  return names.map((name) => item[name]).find((value) => typeof value === 'string');
}

function interleaved<T>(lists: readonly (readonly T[])[]): T[] {
  const longest = Math.max(0, ...lists.map(({ length }) => length));
  return Array.from({ length: longest }, (_, index) => lists.flatMap((list) => list.slice(index, index + 1))).flat();
}
