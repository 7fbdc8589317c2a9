import type { Random } from '../org/ids.ts';

/** Okta's tokens for its own API live an hour, which cannot be changed. */
export const TOKEN_SECONDS = 3600;

/** What is known of an access token, except the token. */
export interface IssuedToken {
  readonly clientId: string;
  readonly scopes: readonly string[];
  readonly tokenType: 'Bearer' | 'DPoP';
  /** By the org's clock. */
  readonly issuedAt: Date;
  readonly expiresAt: Date;
  readonly isRevoked: boolean;
}

/** What a token is good for. */
export interface TokenGrant {
  readonly clientId: string;
  readonly scopes: readonly string[];
  /** Scheme and host it was asked for at, where alone it counts. */
  readonly origin: string;
  /** Thumbprint of the key that it is bound to. */
  readonly jkt?: string;
}

export interface Tokens {
  /** A new access token. */
  issue(grant: TokenGrant, nowMs: number): string;
  /** The grant of a token that counts now. */
  find(token: string, nowMs: number): TokenGrant | undefined;
  revokeAll(): void;
  /** In order of issue. */
  issued(): readonly IssuedToken[];
}

interface StoredToken {
  readonly grant: TokenGrant;
  readonly facts: IssuedToken;
}

export function createTokens(random: Random): Tokens {
  const stored = new Map<string, StoredToken>();
  return {
    issue: (grant, nowMs) => {
      // Okta's are JWTs that clients are told not to read; nothing can be read in these.
      const token = random.text(48, 'base64url');
      stored.set(token, { grant, facts: factsOf(grant, nowMs) });
      return token;
    },
    find: (token, nowMs) => {
      const { grant, facts } = stored.get(token) ?? {};
      if (facts === undefined || facts.isRevoked || nowMs >= facts.expiresAt.getTime()) return undefined;
      return grant;
    },
    revokeAll: () => {
      for (const [token, { grant, facts }] of stored)
        stored.set(token, { grant, facts: { ...facts, isRevoked: true } });
    },
    issued: () => [...stored.values()].map(({ facts }) => facts),
  };
}

function factsOf({ clientId, scopes, jkt }: TokenGrant, nowMs: number): IssuedToken {
  return {
    clientId,
    scopes,
    tokenType: jkt === undefined ? 'Bearer' : 'DPoP',
    issuedAt: new Date(nowMs),
    expiresAt: new Date(nowMs + TOKEN_SECONDS * 1000),
    isRevoked: false,
  };
}
