/**
 * What the org remembers of its OAuth clients.
 *
 * Entry of the room `oauth/`: assertions, proofs, nonces, tokens and scopes, each judged by what it is handed. It knows no
 * request; `token-endpoint.ts` and `callers.ts` do.
 *
 * @module
 */

import { createRandom } from '../org/ids.ts';
import { createNonces, type Nonces } from './nonces.ts';
import { createTokens, type Tokens } from './tokens.ts';

/** What the org remembers of its OAuth clients. */
export interface OAuthState {
  readonly tokens: Tokens;
  readonly nonces: Nonces;
  /** Assertions and proofs are good once. Each is known by who sent it and its `jti`. */
  readonly usedAssertions: Set<string>;
  readonly usedProofs: Set<string>;
}

export function createOAuthState(seed: number, nowMs: () => number): OAuthState {
  const random = createRandom(`oauth ${seed}`);
  return {
    tokens: createTokens(random),
    nonces: createNonces(random, nowMs),
    usedAssertions: new Set(),
    usedProofs: new Set(),
  };
}
