import type { ChallengeAnswer } from '../answer.ts';
import { SIGNING_ALGORITHMS } from './jwt.ts';

/** Why a call of the API with a valid access token is refused. */
export interface Challenge {
  readonly scheme: 'Bearer' | 'DPoP';
  readonly status: 400 | 403;
  readonly error: 'insufficient_scope' | 'invalid_dpop_proof' | 'use_dpop_nonce';
  readonly description: string;
  /** What the call needs. */
  readonly scopes: readonly string[];
}

/**
 * A refusal in the one form that was seen of Okta, plain `http` in it included: status 400 for proofs, 403 for scopes, all of
 * it in `WWW-Authenticate`, and no body.
 * https://github.com/okta/okta-sdk-nodejs/issues/453, https://github.com/okta/okta-sdk-golang/issues/145,
 * https://support.okta.com/help/s/article/insufficient-scope-error-when-making-a-request-to-an-oauth-or-management-endpoint
 */
export function challenge({ scheme, status, error, description, scopes }: Challenge, url: URL): ChallengeAnswer {
  const realm = `http://${url.host}`;
  const parts = [
    ...(scheme === 'DPoP' ? [`algs="${SIGNING_ALGORITHMS.join(' ')}"`] : []),
    `authorization_uri="${realm}/oauth2/v1/authorize"`,
    `realm="${realm}"`,
    `scope="${scopes.join(' ')}"`,
    `error="${error}"`,
    `error_description="${description}"`,
    `resource="${url.pathname}"`,
  ];
  return { kind: 'challenge', status, headers: { 'www-authenticate': `${scheme} ${parts.join(', ')}` } };
}
