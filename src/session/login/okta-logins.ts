/**
 * The logins of Okta's orgs, each for its own origin.
 *
 * @module
 */

import { assertNever, InvalidValueError } from '../../errors.ts';
import type { Authorize } from '../../http/contract.ts';
import { headerAuthorization, noCredential, ownedByOneOrigin } from '../../http/login/credential.ts';
import { createOAuthLogin } from '../../http/login/oauth.ts';
import { Secret } from '../../http/login/secret.ts';
import type { HttpRequest } from '../../request/build.ts';
import { isSameLogin, type OktaLogin, type Orgs, type PrivateKeyLogin } from './orgs.ts';

export interface OktaLoginSettings {
  /** Orgs by name. Their logins go to their own origins only. */
  readonly orgs?: Orgs;
  /** A login for an org that is not in `orgs`: the first that a statement names. */
  readonly login?: OktaLogin;
  /** Where `login` was found, for messages: `OKTA_API_TOKEN`. */
  readonly loginSource?: string;
  /** Short for a login by an API token (SSWS). */
  readonly token?: string | Secret | undefined;
}

export interface OktaLoginContext {
  /** The origin of an org in `orgs`. */
  readonly originOfOrg: (name: string) => string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** One login at one origin. */
export interface OriginLogin {
  readonly kind: OktaLogin['kind'];
  readonly authorize: Authorize;
  /** What its token may do, where Okta said so. */
  scopes(): readonly string[] | undefined;
}

export interface OktaLogins {
  readonly authorize: Authorize;
  /** The login for an origin; undefined where there is none, or where it has not been needed there yet. */
  at(origin: string): OriginLogin | undefined;
}

/** The provider whose logins these are. */
export const OKTA = 'okta';

const NO_LOGIN_HINT =
  'Set the environment variable OKTA_API_TOKEN, or the option token, to an Okta API token. The Admin Console makes one under Security, ' +
  'API, Tokens; it may do what the admin may who makes it, and Read-only Administrator is enough to read most. ' +
  'docs/credentials.md has the other ways, and oktaql demo needs no login.';

/** @throws InvalidValueError for a login that cannot be used, and for two logins of one org */
export function createOktaLogins(settings: OktaLoginSettings, context: OktaLoginContext): OktaLogins {
  const { orgs = {} } = settings;
  const known = loginsOfOrgs(orgs, context);
  const other = otherLogin(settings);
  // The first origin that has no login of its own gets the one that belongs to none.
  const adopt = ownedByOneOrigin(async (request, terms) => {
    const { origin } = new URL(request.url);
    const login =
      known.get(origin) ??
      loginAt(origin, other ?? refuse(request, orgs, context), settings.loginSource ?? 'login', context);
    known.set(origin, login);
    return login.authorize(request, terms);
  });
  return {
    authorize: async (request, terms) => {
      const own = known.get(new URL(request.url).origin);
      if (own !== undefined) return own.authorize(request, terms);
      if (other === undefined) return refuse(request, orgs, context);
      return adopt(request, terms);
    },
    at: (origin) => known.get(origin),
  };
}

function loginsOfOrgs(orgs: Orgs, context: OktaLoginContext): Map<string, OriginLogin> {
  const logins = new Map<string, OriginLogin>();
  const owners = new Map<string, { readonly name: string; readonly login: OktaLogin }>();
  for (const [name, { login, source }] of Object.entries(orgs)) {
    const origin = originOf(name, context);
    if (login === undefined) continue;
    const owner = owners.get(origin);
    if (owner !== undefined && !isSameLogin(owner.login, login)) throw twoLogins(owner.name, name, origin);
    if (owner !== undefined) continue;
    owners.set(origin, { name, login });
    logins.set(origin, loginAt(origin, login, source ?? `orgs.${name}.login`, context));
  }
  return logins;
}

function originOf(name: string, { originOfOrg }: OktaLoginContext): string {
  if (!/^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/i.test(name)) {
    throw new InvalidValueError('The name of an org has letters, digits, hyphens and dots only.', { subject: 'orgs' });
  }
  try {
    return originOfOrg(name);
  } catch (error) {
    if (!(error instanceof InvalidValueError)) throw error;
    const subject = `orgs.${name}.url`;
    throw new InvalidValueError(`${subject}: ${error.message}`, { subject, cause: error });
  }
}

function twoLogins(first: string, second: string, origin: string): InvalidValueError {
  return new InvalidValueError(`orgs.${first} and orgs.${second} have different logins for one org, ${origin}.`, {
    subject: `orgs.${second}`,
    hint: 'Give it one of the names, or the same login under both.',
  });
}

function otherLogin({ login, token }: OktaLoginSettings): OktaLogin | undefined {
  const other = login ?? (token === undefined ? undefined : ({ kind: 'api-token', token } as const));
  // What is wrong with it should not wait for the first request.
  if (other !== undefined && other.kind !== 'private-key') checkedToken(other.token, 'token');
  return other;
}

function refuse(request: HttpRequest, orgs: Orgs, context: OktaLoginContext): never {
  const names = Object.keys(orgs);
  const { origin } = new URL(request.url);
  const name = names.find((each) => originOf(each, context) === origin);
  if (name !== undefined) {
    throw noCredential(
      request,
      `${name} is configured without a login. Give it one where its address stands, such as OKTA_CLIENT_TOKEN beside ` +
        'OKTA_CLIENT_ORGURL, or token in okta.yaml (docs/credentials.md).',
    );
  }
  const configured = `The orgs that are configured are ${names.join(', ')}. A login goes to its own org only.`;
  throw noCredential(request, names.length === 0 ? NO_LOGIN_HINT : configured);
}

function loginAt(origin: string, login: OktaLogin, subject: string, { now }: OktaLoginContext): OriginLogin {
  switch (login.kind) {
    case 'api-token':
      return byHeader(login.kind, `SSWS ${checkedToken(login.token, subject)}`);
    case 'bearer':
      return byHeader(login.kind, `Bearer ${checkedToken(login.token, subject)}`);
    case 'private-key':
      return byPrivateKey(origin, login, subject, now);
    default:
      return assertNever(login);
  }
}

function byHeader(kind: OktaLogin['kind'], header: string): OriginLogin {
  const authorization = headerAuthorization(header);
  return { kind, authorize: async () => authorization, scopes: () => undefined };
}

function byPrivateKey(origin: string, login: PrivateKeyLogin, subject: string, now: () => number): OriginLogin {
  const { kind, clientId, privateKey, keyId, scopes } = login;
  if (scopes.length === 0) {
    throw new InvalidValueError(`${subject} asks for no scopes; Okta gives no token without one.`, {
      subject: `${subject}.scopes`,
      hint: 'Name those that are granted to the app, such as okta.apps.read.',
    });
  }
  const proof = {
    kind: 'private-key',
    privateKey: privateKey instanceof Secret ? privateKey : new Secret(privateKey),
    subject: `${subject}.privateKey`,
    ...(keyId !== undefined && { keyId }),
  } as const;
  // The org authorization server; custom ones give no tokens for the Management API.
  const tokenUrl = new URL('/oauth2/v1/token', origin);
  return {
    kind,
    ...createOAuthLogin({ tokenUrl, clientId, proof, scopes, offersDpop: true }, { now, provider: OKTA }),
  };
}

/** A header cannot hold other characters, and the error of whatever notices first would quote the token. */
function checkedToken(token: string | Secret, subject: string): string {
  const trimmed = (token instanceof Secret ? token.reveal() : token).trim();
  if (/^[\x21-\x7e]+$/.test(trimmed)) return trimmed;
  throw new InvalidValueError('The token is empty or holds characters that no Okta token has.', { subject });
}
