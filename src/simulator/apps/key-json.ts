import { createHash } from 'node:crypto';

import type { KeyMaterial, SimulatedKey } from '../org/org.ts';

/** What `GET …/credentials/jwks` answers: the recorded object, the two shapes of Okta's own documents, or nonsense. */
export type ListShape = 'array' | 'garbage' | 'jwks.keys' | 'keys';

/** Okta does not promise an order. By default the list is sorted by a hash of the id, which no client can mistake for time. */
export type KeyOrder = 'hash' | 'insertion';

/** A key as the jwks endpoints answer it, members in the recorded order. */
export function keyJson(key: SimulatedKey, jwksUrl: string): object {
  const { id, created, lastUpdated, status, alg, kid, use, material } = key;
  const { kty, ...numbers } = inRecordedOrder(material);
  const _links = keyLinks(key, `${jwksUrl}/${id}`);
  return { kty, id, created, lastUpdated, status, alg, kid, use, _links, ...numbers };
}

/** A key as it is embedded in its application: without `created`, `lastUpdated`, `alg` and `_links`. */
export function embeddedKeyJson({ id, status, kid, use, material }: SimulatedKey): object {
  const { kty, ...numbers } = inRecordedOrder(material);
  return { kty, id, status, kid, use, ...numbers };
}

export function keyListJson(
  keys: readonly SimulatedKey[],
  jwksUrl: string,
  shape: ListShape,
  order: KeyOrder,
): unknown {
  const list = ordered(keys, order).map((key) => keyJson(key, jwksUrl));
  switch (shape) {
    case 'keys':
      return { keys: list };
    case 'jwks.keys':
      return { jwks: { keys: list } };
    case 'array':
      return list;
    case 'garbage':
      return { data: { unexpected: true } };
  }
}

function ordered(keys: readonly SimulatedKey[], order: KeyOrder): readonly SimulatedKey[] {
  if (order === 'insertion') return keys;
  const ranked = keys.map((key) => ({ key, rank: createHash('sha256').update(key.id).digest('hex') }));
  return ranked.sort((left, right) => (left.rank < right.rank ? -1 : 1)).map(({ key }) => key);
}

function keyLinks(key: SimulatedKey, href: string): object {
  const post = (verb: string): object => ({ href: `${href}/lifecycle/${verb}`, hints: { allow: ['POST'] } });
  if (key.status === 'ACTIVE') return { deactivate: post('deactivate') };
  return { activate: post('activate'), delete: { href, hints: { allow: ['DELETE'] } } };
}

// Recorded members of RSA keys have `e` before `n`.
function inRecordedOrder(material: KeyMaterial): KeyMaterial {
  if (material.kty === 'RSA') return { kty: 'RSA', e: material.e, n: material.n };
  return { kty: 'EC', x: material.x, y: material.y, crv: material.crv };
}
