/**
 * What Okta's error bodies mean.
 *
 * Only the code decides, as Okta asks (https://developer.okta.com/docs/reference/error-codes/): texts may change, and hints at
 * most depend on them. The status alone is not enough: of the 401s some are a feature that is off, of the 429s some a quota
 * of its own.
 *
 * @module
 */

/** An error body, as far as it could be read. */
export interface OktaErrorBody {
  /** Such as `E0000007`, or a code of OAuth such as `invalid_client`. */
  readonly errorCode?: string;
  readonly errorSummary?: string;
  readonly causes: readonly string[];
  /** What Okta's support asks for. */
  readonly errorId?: string;
  /** The scopes that the token lacks. */
  readonly missingScope?: string;
  /** What is wrong with the access token, where it is one. */
  readonly tokenFault?: string;
}

/** Which of our errors an answer becomes, and its texts. */
export interface ErrorExplanation {
  readonly kind: 'auth' | 'permission' | 'rate-limit' | 'not-found' | 'http';
  /** Okta's own words. */
  readonly message: string;
  /** Ours: what the reader can do. */
  readonly hint?: string;
}

/**
 * Reads an error body leniently: Okta's own form, OAuth's (RFC 6749 §5.2) and the `{status, message}` of gateways.
 *
 * A wrong proof of possession is told in the header alone, and so is a scope that is missing, and what is wrong with a token.
 *
 * @param text the body, which may be empty, HTML or cut off
 * @param challenge the parameters of `WWW-Authenticate`
 * @returns what was found, without control characters; at least `{ causes: [] }`. Throws nothing.
 * @example readErrorBody('{"errorCode":"E0000011","errorSummary":"Invalid token provided","errorCauses":[]}')
 */
export function readErrorBody(text: string, challenge: Readonly<Record<string, string>> = {}): OktaErrorBody {
  const body = asRecord(parse(text));
  const refusal = readText(challenge['error']);
  const missingScope = refusal === INSUFFICIENT_SCOPE ? (readText(challenge['scope']) ?? '') : undefined;
  // The body of such an answer says only that something is not permitted, if anything.
  const errorCode =
    missingScope === undefined ? (readText(body.errorCode) ?? readText(body.error) ?? refusal) : INSUFFICIENT_SCOPE;
  const description = readText(challenge['error_description']);
  const errorSummary =
    readText(body.errorSummary) ?? readText(body.error_description) ?? readText(body.message) ?? description;
  const tokenFault = refusal === INVALID_TOKEN ? (description ?? '') : undefined;
  const errorId = readText(body.errorId);
  return {
    ...(missingScope === undefined ? {} : { missingScope }),
    ...(tokenFault === undefined ? {} : { tokenFault }),
    ...(errorCode === undefined ? {} : { errorCode }),
    ...(errorSummary === undefined ? {} : { errorSummary }),
    causes: readCauses(body.errorCauses),
    ...(errorId === undefined ? {} : { errorId }),
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function asRecord(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

function readCauses(causes: unknown): readonly string[] {
  if (!Array.isArray(causes)) return [];
  return causes.flatMap((cause) => readText(cause) ?? readText(asRecord(cause).errorSummary) ?? []);
}

/** These texts reach a terminal, and a gateway may have written them. */
function readText(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  const text = value.replace(/\p{Cc}+/gu, ' ').trim();
  return text === '' ? undefined : text;
}

/**
 * Explains an answer that is no success.
 *
 * @param status the HTTP status
 * @param body from {@link readErrorBody}
 * @returns `not-found` only for Okta's own "no such resource", since callers may take that as "no rows"
 * @example
 * explainError(400, { errorCode: 'E0000001', errorSummary: 'Api validation failed: JsonWebKey', causes: ['…'] });
 * // { kind: 'http', message: 'Api validation failed: JsonWebKey: …' }
 */
export function explainError(status: number, body: OktaErrorBody): ErrorExplanation {
  const fact = factOf(status, body.errorCode);
  const hint = [zoneHint(fact.kind, body), specialHint(body) ?? fact.hint, supportHint(status, body.errorId)]
    .filter((part) => part !== undefined)
    .join(' ');
  return { kind: fact.kind, message: messageOf(status, body), ...(hint === '' ? {} : { hint }) };
}

/** A good credential from the wrong network is mostly answered like a wrong one; where Okta tells more, that goes before. */
function zoneHint(kind: ErrorExplanation['kind'], body: OktaErrorBody): string | undefined {
  const { errorSummary = '', tokenFault = '', causes } = body;
  const isRefused = kind === 'auth' || kind === 'permission';
  return isRefused && [errorSummary, tokenFault, ...causes].some((text) => ZONE.test(text)) ? ZONE_HINT : undefined;
}

const ZONE = /(?<!\btime )\bzones?\b/i;
const ZONE_HINT =
  'The network is refused, perhaps not the credential: its network zone, set at the token or the app, does not include ' +
  'the address that this request came from.';

/** Where one code has several causes. */
function specialHint({
  errorCode = '',
  errorSummary = '',
  missingScope,
  tokenFault,
}: OktaErrorBody): string | undefined {
  if (missingScope !== undefined && missingScope !== '') {
    return `The token lacks ${missingScope}: grant it to the app under Okta API Scopes, and ask for it in scopes.`;
  }
  // What follows depends on the words, as does the hint of a zone: no code tells one from another.
  if (tokenFault !== undefined && /^(?:E0000011|invalid_token)$/.test(errorCode)) {
    return TOKEN_HINTS.find(([words]) => words.test(tokenFault))?.[1] ?? TOKEN_HINT;
  }
  // Nine faults of an assertion share a code.
  if (errorCode !== 'invalid_client') return undefined;
  return ASSERTION_HINTS.find(([words]) => words.test(errorSummary))?.[1];
}

const TOKEN_HINT = 'Is the access token one of this org, not revoked, and asked for at /oauth2/v1/token?';

const TOKEN_HINTS: readonly (readonly [words: RegExp, hint: string])[] = [
  [
    /issuer|audience|\biss\b|\baud\b/i,
    'An access token of a custom authorization server (/oauth2/default) cannot be used for the management API: it must come ' +
      'from the org’s own, /oauth2/v1/token.',
  ],
  [/expir|\bexp\b/i, 'An access token lives an hour. Ask for a new one.'],
];

const CLOCK_HINT = 'Does the clock of this machine, or that of a proxy in between, differ from Okta’s?';

const ASSERTION_HINTS: readonly (readonly [words: RegExp, hint: string])[] = [
  [
    /audience|\baud\b/i,
    'Give the org’s own address (https://acme.okta.com): the assertion is for its token endpoint and for no other.',
  ],
  [/expir|\bexp\b|\biat\b|issued|future/i, CLOCK_HINT],
  [
    /\bkid\b|\bkey\b|signature/i,
    'Is the key the private half of a key that is ACTIVE in the app, and is keyId its kid?',
  ],
  [/\bjti\b|reuse|replay|already/i, 'The assertion was used before; run the statement again.'],
  [/algorithm|\balg\b/i, 'The key signs by another algorithm than the app allows.'],
  [
    /issuer|subject|\biss\b|\bsub\b|client.?id/i,
    'Is the client id that of the app, and does the app belong to this org?',
  ],
];

const MOST_CAUSES = 10;

function messageOf(status: number, { errorSummary, errorCode, causes, tokenFault = '' }: OktaErrorBody): string {
  const reasons = tokenFault === '' ? causes : [tokenFault, ...causes];
  const distinct = [...new Set(reasons)].filter((reason) => reason !== errorSummary);
  const shown = distinct.slice(0, MOST_CAUSES);
  const rest = distinct.length - shown.length;
  const details = rest > 0 ? [...shown, `and ${rest} more`] : shown;
  const head =
    errorSummary ?? errorCode ?? (details.length === 0 ? `HTTP status ${status} without a reason.` : undefined);
  return [head, details.join('; ')].filter((part) => part !== undefined && part !== '').join(': ');
}

function supportHint(status: number, errorId: string | undefined): string | undefined {
  return status >= 500 && errorId !== undefined ? `Okta's support can look up error id ${errorId}.` : undefined;
}

/** RFC 6750 section 3.1. */
const INSUFFICIENT_SCOPE = 'insufficient_scope';
const INVALID_TOKEN = 'invalid_token';

interface Fact {
  readonly kind: ErrorExplanation['kind'];
  readonly hint?: string;
}

const BAD_CREDENTIAL: Fact = {
  kind: 'auth',
  hint:
    'Check that the credential belongs to this org and has not expired or been revoked; ' +
    'an API token ends after 30 days without use, and may be good from certain networks only.',
};
const NO_PERMISSION: Fact = {
  kind: 'permission',
  hint: 'The token or app needs an admin role that covers this resource and, with OAuth, the matching okta.* scope.',
};
const DPOP: Fact = {
  kind: 'auth',
  hint:
    'The app binds its tokens to a key (DPoP). Log in with the app’s private key, so that oktaql can prove what it holds: ' +
    'a token that was made elsewhere cannot be used here.',
};
const RATE_LIMITED: Fact = {
  kind: 'rate-limit',
  hint: 'Wait until the window ends, or ask for less: bind ids, or add predicates that Okta evaluates itself.',
};
const QUOTA: Fact = {
  kind: 'http',
  hint: 'This is a quota of one feature (such as messages or calls), not the API rate limit; the API itself still answers.',
};
const OUR_REQUEST: Fact = {
  kind: 'http',
  hint: 'The request itself was wrong, which should not happen; please report it with the statement.',
};
const CONFLICT: Fact = { kind: 'http', hint: 'Another change is in progress; run the statement again shortly.' };
const SEARCH: Fact = { kind: 'http', hint: 'Okta cannot evaluate the filter; write it as another predicate in WHERE.' };

/** https://developer.okta.com/docs/reference/error-codes/, and OAuth's codes (RFC 6749 §5.2, RFC 6750 §3.1) below. */
const FACTS: ReadonlyMap<string, Fact> = new Map<string, Fact>([
  ['E0000003', OUR_REQUEST],
  ['E0000004', BAD_CREDENTIAL],
  ['E0000005', BAD_CREDENTIAL],
  ['E0000006', NO_PERMISSION],
  ['E0000007', { kind: 'not-found', hint: 'It was deleted, or the id belongs to another org.' }],
  ['E0000008', OUR_REQUEST],
  ['E0000009', { kind: 'http', hint: 'Okta failed; try again later.' }],
  ['E0000010', { kind: 'http', hint: 'Okta is in read-only mode: SELECT works, changes must wait.' }],
  ['E0000011', BAD_CREDENTIAL],
  [
    'E0000015',
    { kind: 'http', hint: 'The credential is fine: this feature is off for this org. Ask Okta to enable it.' },
  ],
  ['E0000019', OUR_REQUEST],
  ['E0000021', OUR_REQUEST],
  ['E0000022', OUR_REQUEST],
  ['E0000028', { kind: 'http', hint: 'Bind the parameter that is missing in WHERE, or give it to EXEC.' }],
  ['E0000029', { kind: 'http', hint: 'The place in the list is lost; run the statement again.' }],
  ['E0000031', SEARCH],
  ['E0000047', RATE_LIMITED],
  ['E0000053', SEARCH],
  ['E0000056', { kind: 'http', hint: 'Deactivate the app first, then delete it.' }],
  ['E0000060', { kind: 'http', hint: 'Okta does not do this for this resource.' }],
  ['E0000181', { kind: 'http', hint: 'Okta is unavailable; try again later.' }],
  ['E0000239', CONFLICT],
  ['E0000249', CONFLICT],
  ['E0000253', CONFLICT],
  ['E0000268', CONFLICT],
  [
    'invalid_client',
    { kind: 'auth', hint: 'Check client id, private key and kid, and that the key is ACTIVE in the app.' },
  ],
  ['use_dpop_nonce', DPOP],
  ['invalid_dpop_proof', DPOP],
  ['unauthorized_client', { kind: 'auth', hint: 'The app must be a service app with the client credentials grant.' }],
  [
    'invalid_scope',
    { kind: 'permission', hint: 'Grant the scope to the app under Okta API Scopes, or ask for fewer.' },
  ],
  [
    'consent_required',
    { kind: 'permission', hint: 'None of the scopes is granted to the app: grant them under Okta API Scopes.' },
  ],
  [INSUFFICIENT_SCOPE, { kind: 'permission', hint: 'The token lacks a scope: grant it to the app, and ask for it.' }],
]);

function factOf(status: number, code = ''): Fact {
  return FACTS.get(code) ?? factOfStatus(status, /^E\d{7}$/.test(code));
}

/** Okta's other codes for 403 and 429 are about the object's state and about quotas; without one, the status decides. */
function factOfStatus(status: number, hasOktaCode: boolean): Fact {
  if (status === 401) return BAD_CREDENTIAL;
  if (status === 403 && !hasOktaCode) return NO_PERMISSION;
  if (status === 429) return hasOktaCode ? QUOTA : RATE_LIMITED;
  return { kind: 'http' };
}
