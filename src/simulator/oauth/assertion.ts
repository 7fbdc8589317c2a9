import { type OAuthErrorAnswer, oauthError } from '../answer.ts';
import type { SimulatedApp, SimulatedKey } from '../org/org.ts';
import { isSignedBy, LEEWAY_SECONDS, readJwt, SIGNING_ALGORITHMS, type UncheckedJwt } from './jwt.ts';

/** What an assertion is held against. */
export interface AssertionTerms {
  readonly apps: ReadonlyMap<string, SimulatedApp>;
  /** The `client_id` of the form; it may be left out, because the assertion names the client. */
  readonly clientId: string | undefined;
  /** The token endpoint as it was called. */
  readonly endpoint: string;
  readonly nowMs: number;
  /** Filled with the assertions that were accepted. */
  readonly used: Set<string>;
}

const MOST_SECONDS_AHEAD = 3600;

/** Okta's own words, but for those marked UNVERIFIED, of which only the meaning is documented. */
const WORDS = {
  kid: 'The client_assertion JWT kid is invalid.',
  signature: 'The client_assertion signature is invalid.',
  audience: 'The audience claim for client_assertion must be the endpoint invoked for the request.',
  expired: 'The client_assertion token is expired.',
  tooFar: 'The client_assertion token has an expiration too far into the future.',
  used: 'The client_assertion token has already been used.',
  unknownClient: "Invalid value for 'client_id' parameter.",
  notByKey:
    'Client Credentials requests to the Org Authorization Server must use the private_key_jwt token_endpoint_auth_method.',
  // UNVERIFIED.
  malformed: 'The client_assertion is not a valid JWT.',
  issuer: 'The issuer claim for client_assertion must be the client_id of the application.',
  subject: 'The subject claim for client_assertion must be the client_id of the application.',
  mixed: 'The client_id does not match the client_assertion.',
  algorithm: 'The client_assertion JWT alg is not supported.',
  noExpiry: 'The client_assertion token must have an expiration.',
  tooEarly: 'The client_assertion token was issued in the future.',
} as const;

/**
 * The application that an assertion proves to be, or why it does not.
 * https://developer.okta.com/docs/api/openapi/okta-oauth/guides/client-auth/#jwt-with-private-key
 * UNVERIFIED: which of two broken rules Okta names.
 */
export async function verifyAssertion(text: string, terms: AssertionTerms): Promise<OAuthErrorAnswer | SimulatedApp> {
  const jwt = readJwt(text);
  if (jwt === undefined) return refuse(WORDS.malformed);
  const app = clientOf(jwt, terms);
  if (app?.status !== 'ACTIVE' || app.oauthClient === undefined) return refuse(WORDS.unknownClient);
  if (app.oauthClient.applicationType !== 'service') return unauthorizedClient();
  if (app.oauthClient.authMethod !== 'private_key_jwt') return refuse(WORDS.notByKey);
  const flaw = (await signatureFlaw(text, jwt, app)) ?? claimFlaw(jwt, app.id, terms);
  if (flaw !== undefined) return refuse(flaw);
  return isFirstUse(jwt, app.id, terms.used) ? app : refuse(WORDS.used);
}

function refuse(description: string): OAuthErrorAnswer {
  return oauthError(401, 'invalid_client', description);
}

function unauthorizedClient(): OAuthErrorAnswer {
  const description = 'The client is not authorized to use the provided grant type.';
  return oauthError(400, 'unauthorized_client', `${description} Configured grant types: [authorization_code].`);
}

function clientOf({ claims }: UncheckedJwt, { apps, clientId }: AssertionTerms): SimulatedApp | undefined {
  const named = clientId === undefined ? undefined : apps.get(clientId);
  return named ?? apps.get(String(claims['iss'])) ?? apps.get(String(claims['sub']));
}

async function signatureFlaw(text: string, { header }: UncheckedJwt, app: SimulatedApp): Promise<string | undefined> {
  const { alg, kid } = header;
  if (typeof alg !== 'string' || !SIGNING_ALGORITHMS.includes(alg)) return WORDS.algorithm;
  const key = keyFor(app, kid);
  if (key === undefined) return WORDS.kid;
  return (await isSignedBy(text, key.material, alg)) ? undefined : WORDS.signature;
}

/** Keys as they are stored now. One alone need not be named; of several, even inactive ones, one must be. */
function keyFor({ keys }: SimulatedApp, kid: unknown): SimulatedKey | undefined {
  const fit = keys.filter(({ status, use }) => status === 'ACTIVE' && use !== 'enc');
  if (kid === undefined) return keys.length === 1 ? fit[0] : undefined;
  return fit.find((key) => key.kid === kid);
}

function claimFlaw({ claims }: UncheckedJwt, appId: string, terms: AssertionTerms): string | undefined {
  const { iss, sub, aud } = claims;
  if (iss !== appId) return WORDS.issuer;
  if (sub !== appId) return WORDS.subject;
  if (terms.clientId !== undefined && terms.clientId !== appId) return WORDS.mixed;
  const [audience, ...others] = Array.isArray(aud) ? (aud as readonly unknown[]) : [aud];
  if (audience !== terms.endpoint || others.length > 0) return WORDS.audience;
  return timeFlaw(claims, terms.nowMs / 1000);
}

function timeFlaw({ exp, iat }: UncheckedJwt['claims'], now: number): string | undefined {
  if (typeof exp !== 'number') return WORDS.noExpiry;
  if (exp <= now) return WORDS.expired;
  if (exp > now + MOST_SECONDS_AHEAD + LEEWAY_SECONDS) return WORDS.tooFar;
  // It may be left out.
  if (iat === undefined) return undefined;
  return typeof iat === 'number' && iat <= now + LEEWAY_SECONDS ? undefined : WORDS.tooEarly;
}

/** An assertion without a `jti` may come again, as Okta documents it. */
function isFirstUse({ claims }: UncheckedJwt, appId: string, used: Set<string>): boolean {
  if (claims['jti'] === undefined) return true;
  const name = `${appId} ${String(claims['jti'])}`;
  if (used.has(name)) return false;
  used.add(name);
  return true;
}
