/**
 * The lists that a provider keeps for a while, for all its sessions.
 *
 * @module
 */

import { type Caching, createListCache } from '../../exec/list-cache.ts';
import type { Method } from '../../registry/resource.ts';
import type { HttpRequest } from '../../request/build.ts';
import type { ProviderOptions } from './options.ts';

export interface ScanCache {
  /** Milliseconds, where a scan does not say. */
  readonly ttlMs: number;
  /** How a scan uses it which takes lists that are not older than that: undefined for one that takes none. */
  readonly within: (ttlMs: number | undefined) => Caching | undefined;
  readonly forgetOrg: (request: HttpRequest) => void;
  readonly clear: () => void;
}

const DEFAULT_MAX_BYTES = 128 * 2 ** 20;

export function scanCache(
  { cacheTtlMs = 0, cacheMaxBytes = DEFAULT_MAX_BYTES, revealSecrets = false }: ProviderOptions,
  now: () => number,
): ScanCache {
  const lists = createListCache({ now, maxBytes: cacheMaxBytes });
  // What changes something by being read is no list, and secrets that are to be shown are not kept.
  const keeps = ({ httpMethod, response: { fields } }: Method): boolean =>
    httpMethod === 'GET' && !(revealSecrets && fields.some(({ secrets = [] }) => secrets.length > 0));
  return {
    ttlMs: cacheTtlMs,
    within: (ttlMs = cacheTtlMs) => (ttlMs > 0 ? { lists, ttlMs, keeps } : undefined),
    // An app, its keys and its users are objects under different paths: a change of one may show in any of them.
    forgetOrg: ({ url }) => lists.forget(new URL(url).origin),
    clear: lists.clear,
  };
}
