/**
 * The operations on apps and their keys, which are simulated by hand, by path.
 *
 * Entry of the room `apps/`. It knows no login and no rate limit, and of the rest of the API nothing.
 *
 * @module
 */

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

/** Lists that share a bucket with everything below them, except where `bucketOf` says otherwise. */
const BUCKETS: readonly string[] = [
  '/api/v1/agentPools',
  APPS,
  '/api/v1/devices',
  '/api/v1/domains',
  '/api/v1/groups',
  '/api/v1/iam',
  '/api/v1/logs',
  '/api/v1/users',
  '/oauth2/v1/clients',
  '/oauth2/v1/token',
];

/**
 * The rate-limit bucket of a call, as Okta assigns them: an app, a group and a user have buckets of their own, apart
 * from their lists and from everything below them, and reading a user is apart from changing one. What has no bucket
 * of its own shares that of the whole API.
 */
export function bucketOf(method: string, pathname: string): string {
  const single = /^\/api\/v1\/(apps|groups|users)\/(?!rules$)[^/]+$/.exec(pathname)?.[1];
  if (single === 'users' && method === 'GET') return 'GET /api/v1/users/{id}';
  if (single !== undefined) return `/api/v1/${single}/{id}`;
  return BUCKETS.find((bucket) => pathname === bucket || pathname.startsWith(`${bucket}/`)) ?? '/api/v1';
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
