import { getApp, listApps } from './apps.ts';
import { activateKey, addKey, deactivateKey, deleteKey, getKey, listKeys } from './jwks.ts';
import type { Handler, Operation } from './operation.ts';

/** A path that the simulator knows, the values in it, and what can be done there. */
export interface Route {
  readonly appId: string;
  readonly keyId: string;
  readonly operations: Readonly<Record<string, Operation>>;
}

interface PathEntry {
  readonly segments: readonly string[];
  readonly operations: Readonly<Record<string, Operation>>;
}

const APPS = '/api/v1/apps';
const JWKS = `${APPS}/{appId}/credentials/jwks`;

const LIST_PARAMETERS = [
  'q',
  'after',
  'limit',
  'filter',
  'expand',
  // These three change nothing here: VPN settings are always included, no app is ever deleted, and which properties
  // an optimised answer drops is not documented.
  'useOptimization',
  'alwaysIncludeVpnSettings',
  'includeNonDeleted',
];

const PATHS: readonly PathEntry[] = [
  path(APPS, { GET: operation(listApps, { queryParameters: LIST_PARAMETERS }) }),
  path(`${APPS}/{appId}`, { GET: operation(getApp, { queryParameters: ['expand'] }) }),
  path(JWKS, { GET: operation(listKeys), POST: operation(addKey, { takesBody: true }) }),
  path(`${JWKS}/{keyId}`, { GET: operation(getKey), DELETE: operation(deleteKey) }),
  path(`${JWKS}/{keyId}/lifecycle/activate`, { POST: operation(activateKey) }),
  path(`${JWKS}/{keyId}/lifecycle/deactivate`, { POST: operation(deactivateKey) }),
];

/** The route of a percent-encoded path, or undefined if the simulator has none there. */
export function findRoute(pathname: string): Route | undefined {
  const segments = pathname.split('/');
  const entry = PATHS.find((each) => matches(each.segments, segments));
  if (entry === undefined) return undefined;
  const valueAt = (name: string): string => decodeURIComponent(segments[entry.segments.indexOf(name)] ?? '');
  return { appId: valueAt('{appId}'), keyId: valueAt('{keyId}'), operations: entry.operations };
}

/**
 * The rate-limit bucket of a path, as Okta assigns them: the app itself has one, the list and everything below an app
 * share another, and the rest of the API shares a third.
 */
export function bucketOf(pathname: string): string {
  if (/^\/api\/v1\/apps\/[^/]+$/.test(pathname)) return '/api/v1/apps/{id}';
  return /^\/api\/v1\/apps(\/|$)/.test(pathname) ? APPS : '/api/v1';
}

function matches(pattern: readonly string[], segments: readonly string[]): boolean {
  if (pattern.length !== segments.length) return false;
  return pattern.every((part, index) => (part.startsWith('{') ? segments[index] !== '' : part === segments[index]));
}

function path(template: string, operations: Readonly<Record<string, Operation>>): PathEntry {
  return { segments: template.split('/'), operations };
}

function operation(handler: Handler, options: Partial<Omit<Operation, 'handler'>> = {}): Operation {
  return { handler, queryParameters: [], takesBody: false, ...options };
}
