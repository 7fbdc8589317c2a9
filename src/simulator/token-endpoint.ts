import { type Answer, type OAuthErrorAnswer, oauthError, success } from './answer.ts';
import { itemsOf } from './api/api-org.ts';
import { type Desk, type Incoming, orgTimeMs, violate } from './desk.ts';
import { unsupportedMethod } from './errors.ts';
import { verifyAssertion } from './oauth/assertion.ts';
import { MISSING_PROOF, readProof } from './oauth/dpop.ts';
import { OKTA_SCOPES } from './oauth/scopes.ts';
import { TOKEN_SECONDS } from './oauth/tokens.ts';
import type { SimulatedApp } from './org/org.ts';
import { isMediaType } from './strict.ts';

export const TOKEN_PATH = '/oauth2/v1/token';

const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

/**
 * Answers the token endpoint of the org authorization server, which gives access tokens for Okta's own API to service
 * applications: https://developer.okta.com/docs/guides/implement-oauth-for-okta-serviceapp/main/.
 *
 * The client is looked at before its proof, and the proof before the scopes: an assertion is used up by an answer that asks
 * for a nonce, and clients without any grant were seen to be asked for proofs first.
 */
export async function answerTokenRequest(desk: Desk, incoming: Incoming): Promise<Answer> {
  if (incoming.method !== 'POST') return unsupportedMethod();
  const form = readForm(desk, incoming);
  if ('kind' in form) return form;
  const app = await verifyAssertion(form.assertion, {
    apps: desk.apps,
    clientId: form.clientId,
    endpoint: incoming.url.origin + TOKEN_PATH,
    nowMs: orgTimeMs(desk),
    used: desk.oauth.usedAssertions,
  });
  if ('kind' in app) return app;
  const binding = await readBinding(desk, incoming, app);
  if ('kind' in binding) return binding;
  const scopes = grantedOf(desk, app, form.scopes);
  return 'kind' in scopes ? scopes : issue(desk, incoming, { clientId: app.id, scopes, ...binding });
}

interface TokenForm {
  readonly assertion: string;
  readonly clientId: string | undefined;
  readonly scopes: readonly string[];
}

type FormRule = (form: URLSearchParams, incoming: Incoming) => OAuthErrorAnswer | undefined;

/** UNVERIFIED: the words that are not Okta's, which are those about two credentials, the type and the missing scope. */
const FORM_RULES: readonly FormRule[] = [
  (_form, { headers }) =>
    isMediaType(headers.get('content-type') ?? '', 'application/x-www-form-urlencoded')
      ? undefined
      : invalidRequest('The Content-Type must be application/x-www-form-urlencoded.'),
  (form) => (isRepeating(form) ? invalidRequest('A parameter is included more than once.') : undefined),
  (form) => (form.has('grant_type') ? undefined : invalidRequest("The 'grant_type' parameter is missing.")),
  (form) =>
    form.get('grant_type') === 'client_credentials'
      ? undefined
      : oauthError(
          400,
          'unsupported_grant_type',
          'The authorization grant type is not supported by the authorization server.',
        ),
  (form) =>
    form.get('client_assertion_type') === ASSERTION_TYPE
      ? undefined
      : invalidClient('The client_assertion_type is invalid.'),
  (form) => (form.has('client_assertion') ? undefined : invalidClient("The 'client_assertion' parameter is missing.")),
  (form) =>
    scopesIn(form).length > 0
      ? undefined
      : oauthError(
          400,
          'invalid_scope',
          "The authorization server resource does not have any configured default scopes, 'scope' must be provided.",
        ),
];

function readForm(desk: Desk, incoming: Incoming): OAuthErrorAnswer | TokenForm {
  const form = new URLSearchParams(incoming.body);
  const leaks = leakedCredentials(form, incoming);
  for (const leak of leaks) violate(desk, incoming, leak);
  if (leaks.length > 0) return invalidRequest(TOO_MANY_CREDENTIALS);
  for (const rule of FORM_RULES) {
    const refusal = rule(form, incoming);
    if (refusal !== undefined) return refusal;
  }
  const assertion = form.get('client_assertion') ?? '';
  return { assertion, clientId: form.get('client_id') ?? undefined, scopes: scopesIn(form) };
}

const TOO_MANY_CREDENTIALS =
  'Cannot supply multiple client credentials. Use one of the following: credentials in the Authorization header, credentials in the post body, or a client_assertion in the post body.';

/** What a client that proves itself by a key must not send. A URL ends in logs, so nothing at all belongs there. */
function leakedCredentials(form: URLSearchParams, { url, headers }: Incoming): readonly string[] {
  const [scheme] = headers.get('authorization')?.split(' ') ?? [];
  return [
    ...(form.has('client_secret') ? ['a client secret beside an assertion'] : []),
    ...(scheme === undefined ? [] : [`a credential in the Authorization header (${scheme})`]),
    ...[...url.searchParams.keys()].map((name) => `"${name}" in the URL of the token endpoint`),
  ];
}

function isRepeating(form: URLSearchParams): boolean {
  const names = [...form.keys()];
  return new Set(names).size < names.length;
}

function scopesIn(form: URLSearchParams): readonly string[] {
  return [...new Set((form.get('scope') ?? '').split(' ').filter((scope) => scope !== ''))];
}

function invalidRequest(description: string): OAuthErrorAnswer {
  return oauthError(400, 'invalid_request', description);
}

function invalidClient(description: string): OAuthErrorAnswer {
  return oauthError(401, 'invalid_client', description);
}

/** The key that a token is bound to; none where the application does not ask for it, even if a proof was sent. */
interface Binding {
  readonly jkt?: string;
}

async function readBinding(desk: Desk, incoming: Incoming, app: SimulatedApp): Promise<Binding | OAuthErrorAnswer> {
  const isBound = app.oauthClient?.dpopBound === true;
  const text = incoming.headers.get('dpop');
  if (text === null) return isBound ? oauthError(400, 'invalid_dpop_proof', MISSING_PROOF.description) : {};
  const { nonces, usedProofs } = desk.oauth;
  const proof = await readProof(text, {
    method: incoming.method,
    url: incoming.url,
    nowMs: orgTimeMs(desk),
    used: usedProofs,
    violate: (what) => violate(desk, incoming, what),
  });
  // UNVERIFIED: that a wrong proof is refused even where none was needed.
  if (proof.kind === 'flaw') return oauthError(400, 'invalid_dpop_proof', proof.description);
  if (!isBound) return {};
  if (nonces.isGood(proof.nonce)) return { jkt: proof.jkt };
  const refusal = oauthError(400, 'use_dpop_nonce', 'Authorization server requires nonce in DPoP proof.');
  return { ...refusal, headers: { 'dpop-nonce': nonces.current() } };
}

/**
 * The scopes of the new token, by the grants that the application has now.
 * UNVERIFIED: which orgs drop what was not granted, as seen in https://github.com/okta/okta-sdk-golang/issues/145 and
 * https://github.com/okta/okta-sdk-java/issues/822, and which refuse it; `ungrantedScopes` chooses.
 */
function grantedOf(desk: Desk, { id }: SimulatedApp, wanted: readonly string[]): OAuthErrorAnswer | readonly string[] {
  const granted = itemsOf(desk.api(), `/api/v1/apps/${id}/grants`).map(({ scopeId }) => String(scopeId));
  const isKnown = (scope: string): boolean => OKTA_SCOPES.includes(scope) || granted.includes(scope);
  if (!wanted.every(isKnown)) return invalidScope();
  const scopes = wanted.filter((scope) => granted.includes(scope));
  if (desk.switches.ungrantedScopes === 'refused') return scopes.length === wanted.length ? scopes : invalidScope();
  if (scopes.length > 0) return scopes;
  return oauthError(400, 'consent_required', 'You are not allowed any of the requested scopes.');
}

function invalidScope(): OAuthErrorAnswer {
  const description = 'One or more scopes are not configured for the authorization server resource.';
  return oauthError(400, 'invalid_scope', description);
}

interface NewToken {
  readonly clientId: string;
  readonly scopes: readonly string[];
  readonly jkt?: string;
}

/** Members in the recorded order. */
function issue(desk: Desk, { url }: Incoming, token: NewToken): Answer {
  const { tokens, nonces } = desk.oauth;
  const body = {
    token_type: token.jkt === undefined ? 'Bearer' : 'DPoP',
    expires_in: TOKEN_SECONDS,
    access_token: tokens.issue({ ...token, origin: url.origin }, orgTimeMs(desk)),
    scope: token.scopes.join(' '),
  };
  return { ...success(200, body), headers: { 'dpop-nonce': nonces.current() } };
}
