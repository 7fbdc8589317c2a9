/**
 * Which credential goes with a request: the caller's settings, else those of the provider's document.
 *
 * Entry of the room `login/`: which login goes to which org, and what an org's refusal means. It knows no scan and no SQL.
 *
 * @module
 */

import { readFile } from 'node:fs/promises';
import { InvalidValueError, NotSupportedError } from '../../errors.ts';
import type { Authorization, Authorize } from '../../http/contract.ts';
import {
  bothAuthorizations,
  headerAuthorization,
  noCredential,
  ownedByOneOrigin,
} from '../../http/login/credential.ts';
import { createOAuthLogin, type OAuthClient, type OAuthLogin } from '../../http/login/oauth.ts';
import { Secret } from '../../http/login/secret.ts';
import { isLoopback } from '../../okta/host.ts';
import { type AuthConfig, readAuth } from '../../registry/auth.ts';
import { type Method, type ProviderInfo, providerOf } from '../../registry/resource.ts';
import type { HttpRequest } from '../../request/build.ts';
import { createOktaLogins, OKTA, type OktaLoginContext, type OktaLoginSettings } from './okta-logins.ts';
import type { OktaLogin } from './orgs.ts';
import { checkOwnLogin } from './trust.ts';

/** The value of an environment variable. */
export type Environment = (name: string) => string | undefined;

export interface CredentialSettings extends OktaLoginSettings {
  /**
   * How to log in, by provider, in StackQL's form: `{ okta: { type: 'api_key', credentialsenvvar: 'OKTA_API_TOKEN',
   * valuePrefix: 'SSWS ' } }`. An entry replaces what the provider's document says; that of Okta replaces all other logins.
   */
  readonly auth?: Readonly<Record<string, AuthConfig>>;
  /**
   * Whether the documents of `registry` may log in with the variables and files that they name. Default is false: who writes a
   * document chooses the servers too, so `auth` has to say it, by provider. The built-in documents need neither.
   */
  readonly trustRegistry?: boolean;
  /** Looks up the environment variables that those settings name. Default: there are none; the library reads none itself. */
  readonly environment?: Environment;
}

export interface CredentialContext extends OktaLoginContext {
  readonly providers: readonly ProviderInfo[];
  /** Whether they are the documents that come with oktaql. */
  readonly isBuiltIn: boolean;
  /** Told of each login by OAuth that a provider's settings come to. */
  readonly onOAuthLogin?: (provider: string, login: OAuthLogin) => void;
}

export interface OktaFacts {
  readonly kind: OktaLogin['kind'] | 'auth' | 'none';
  readonly scopes?: readonly string[] | undefined;
}

/** What goes with requests, and where. */
export interface Logins {
  readonly authorize: Authorize;
  /**
   * Whether the provider of a method may have its login, told before anything is sent.
   *
   * @throws InvalidValueError for a document that names variables or files without being trusted
   */
  check(method: Method): void;
  /** The query parameters that carry a provider's credential. */
  queryNames(provider: string): readonly string[];
  /** Okta's login at an origin. One that belongs to no org is told once it has been used there. */
  oktaFacts(origin: string): OktaFacts;
}

/**
 * The authorisation of every request, by its provider. A credential serves the first origin that its provider asks for, and
 * those of Okta's configured orgs their own.
 *
 * @throws InvalidValueError for settings that are not understood
 */
export function createLogins(settings: CredentialSettings, context: CredentialContext): Logins {
  const auth = checkedAuth(settings.auth ?? {});
  const okta = Object.hasOwn(auth, OKTA) ? undefined : createOktaLogins(settings, context);
  const known = new Map<string, Authorize>();
  const checked = { ...settings, auth };
  let oauthLogin: OAuthLogin | undefined;
  const withFacts: CredentialContext = {
    ...context,
    onOAuthLogin: (name, login) => {
      if (name.toLowerCase() === OKTA) oauthLogin = login;
    },
  };
  const authorizeOf = (name: string): Authorize => {
    if (okta !== undefined && name.toLowerCase() === OKTA) return okta.authorize;
    return authorizeFor(name, checked, withFacts);
  };
  return {
    authorize: async (request, terms) => {
      const name = request.provider ?? '';
      const authorize = known.get(name) ?? authorizeOf(name);
      known.set(name, authorize);
      return authorize(request, terms);
    },
    check: (method) => {
      const name = providerOf(method);
      if (name.toLowerCase() !== OKTA) loginOf(name, checked, context, method.server);
    },
    queryNames: (name) => queryNames(configFor(name, checked, context)),
    oktaFacts: (origin) => {
      if (okta === undefined) return { kind: 'auth', scopes: oauthLogin?.scopes() };
      const login = okta.at(origin);
      return { kind: login?.kind ?? 'none', scopes: login?.scopes() };
    },
  };
}

function queryNames(config: AuthConfig | undefined): readonly string[] {
  if (config === undefined) return [];
  const { type, location, name, successor } = config;
  const own = type === 'custom' && location === 'query' && name !== undefined ? [name] : [];
  return [...own, ...queryNames(successor)];
}

function checkedAuth(auth: Readonly<Record<string, AuthConfig>>): Readonly<Record<string, AuthConfig>> {
  const entries = Object.entries(auth).map(([provider, config]) => [
    provider.toLowerCase(),
    readAuth(config, (problem, at) => {
      const subject = ['auth', provider, at].filter((part) => part !== '').join('.');
      throw new InvalidValueError(`${subject}: ${problem}.`, { subject });
    }),
  ]);
  return Object.fromEntries(entries) as Readonly<Record<string, AuthConfig>>;
}

interface CheckedSettings {
  readonly auth: Readonly<Record<string, AuthConfig>>;
  readonly trustRegistry?: boolean;
  readonly environment?: Environment;
}

/** What the caller says, else what the document does. */
function configFor(name: string, { auth }: CheckedSettings, { providers }: CredentialContext): AuthConfig | undefined {
  const provider = name.toLowerCase();
  return Object.hasOwn(auth, provider) ? auth[provider] : providers.find((one) => one.name === name)?.auth;
}

/** The login that a provider may have. Throws for one that its document must not ask for. */
function loginOf(
  name: string,
  settings: CheckedSettings,
  context: CredentialContext,
  server?: string,
): AuthConfig | undefined {
  const config = configFor(name, settings, context);
  const isCallers = Object.hasOwn(settings.auth, name.toLowerCase());
  const isTrusted = isCallers || context.isBuiltIn || settings.trustRegistry === true;
  if (config !== undefined && !isTrusted) checkOwnLogin(name, config, server);
  return config;
}

function authorizeFor(name: string, settings: CheckedSettings, context: CredentialContext): Authorize {
  const config = loginOf(name, settings, context);
  if (config === undefined) return nothing;
  const { environment = none } = settings;
  const authorize = authorizeBy(config, { provider: name, hint: hintFor(name, config), environment, ...context });
  return config.type === 'null_auth' ? authorize : ownedByOneOrigin(authorize);
}

const none: Environment = () => undefined;

/** An API without a login. */
const nothing: Authorize = async () => ({ headers: {}, secrets: [] });

function hintFor(provider: string, { credentialsenvvar, credentialsfilepath }: AuthConfig): string {
  if (credentialsenvvar !== undefined) return `Set the environment variable ${credentialsenvvar}.`;
  if (credentialsfilepath !== undefined) return `Is ${credentialsfilepath} there, and not empty?`;
  return `Give the credential of ${provider} with --auth, or the option auth.`;
}

interface LoginContext extends CredentialContext {
  readonly provider: string;
  readonly hint: string;
  readonly environment: Environment;
}

function authorizeBy(config: AuthConfig, context: LoginContext): Authorize {
  switch (config.type) {
    case 'null_auth':
      return nothing;
    case 'api_key':
      return withHeader(config, context, (credential) => `${config.valuePrefix ?? 'api_key '}${credential}`);
    case 'bearer':
      return withHeader(config, context, (credential) => `Bearer ${credential}`);
    case 'basic':
      return withHeader(config, context, (credential) => `${config.valuePrefix ?? 'Basic '}${inBase64(credential)}`);
    case 'custom':
      return custom(config, context);
    case 'oauth2':
      return oauth(context, (request) => clientOf(config, context, request));
    case 'private_key_jwt':
      return oauth(context, (request) => keyClientOf(config, context, request));
    default:
      return async () => {
        throw new NotSupportedError(
          `${context.provider} logs in by ${config.type}, which is not supported. Nothing was sent.`,
          {
            hint: 'Supported are api_key, bearer, basic, custom, oauth2, private_key_jwt and null_auth; --auth sets one for a provider.',
          },
        );
      };
  }
}

function withHeader(config: AuthConfig, context: LoginContext, headerOf: (credential: string) => string): Authorize {
  const read = credentialOf(config, context);
  return async (request) => {
    const credential = (await read(request)).reveal();
    const { headers, secrets } = headerAuthorization(headerOf(credential));
    return { headers, secrets: [...secrets, credential] };
  };
}

/** A credential with a colon is user and password, which Basic wants in base64 (RFC 7617 section 2); base64 has no colon. */
function inBase64(credential: string): string {
  return credential.includes(':') ? Buffer.from(credential, 'utf8').toString('base64') : credential;
}

/** As in StackQL, `valuePrefix` does not count here. */
function custom(config: AuthConfig, context: LoginContext): Authorize {
  const { name, location = 'header', successor } = config;
  if (name === undefined || (location !== 'header' && location !== 'query')) {
    throw new InvalidValueError(
      `The custom login of ${context.provider} needs a name and the location header or query.`,
      { subject: `auth.${context.provider}` },
    );
  }
  const read = credentialOf(config, context);
  const next = successor === undefined ? undefined : authorizeBy(successor, context);
  return async (request, terms) => {
    const credential = (await read(request)).reveal();
    const own: Authorization =
      location === 'header'
        ? { headers: { [name]: credential }, secrets: [credential] }
        : { headers: {}, query: { [name]: credential }, secrets: [credential] };
    return next === undefined ? own : bothAuthorizations(own, await next(request, terms));
  };
}

/** Read once, when it is first needed; a failure is not kept. */
function credentialOf(config: AuthConfig, context: LoginContext): (request: HttpRequest) => Promise<Secret> {
  let known: Secret | undefined;
  return async (request) => {
    known ??= await readCredential(config, context, request);
    return known;
  };
}

async function readCredential(config: AuthConfig, context: LoginContext, request: HttpRequest): Promise<Secret> {
  const text = (await credentialText(config, context))?.trim() ?? '';
  if (text === '') throw noCredential(request, context.hint);
  if (!/^[\x20-\x7e]+$/.test(text) && config.type !== 'basic' && config.type !== 'private_key_jwt') {
    throw new InvalidValueError(`The credential of ${context.provider} holds characters that no header can hold.`, {
      subject: `auth.${context.provider}`,
    });
  }
  return new Secret(text);
}

/** In the order in which StackQL looks. */
async function credentialText(
  config: AuthConfig,
  { environment, provider }: LoginContext,
): Promise<string | undefined> {
  const { credentialsenvvar, credentialsfilepathenvvar, credentialsfilepath } = config;
  if (credentialsenvvar !== undefined) return environment(credentialsenvvar);
  if (credentialsfilepathenvvar !== undefined) return fileText(environment(credentialsfilepathenvvar), provider);
  if (credentialsfilepath !== undefined) return fileText(credentialsfilepath, provider);
  const variable = (name: string | undefined): string | undefined =>
    name === undefined ? undefined : environment(name);
  return (
    pair(variable(config.username_var), variable(config.password_var)) ??
    pair(variable(config.api_key_var), variable(config.api_secret_var)) ??
    pair(config.username, config.password) ??
    pair(config.api_key, config.api_secret) ??
    variable(config.api_key_var) ??
    config.api_key
  );
}

/** As StackQL has it, in base64 whatever the type of the login is: there are APIs that want it behind `Bearer`. */
function pair(user: string | undefined, password: string | undefined): string | undefined {
  return user === undefined || password === undefined ? undefined : inBase64(`${user}:${password}`);
}

async function fileText(path: string | undefined, provider: string): Promise<string | undefined> {
  if (path === undefined || path === '') return undefined;
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new InvalidValueError(`The credential of ${provider} cannot be read from ${path}.`, {
      subject: `auth.${provider}`,
      cause,
    });
  }
}

function oauth(context: LoginContext, clientFor: (request: HttpRequest) => Promise<OAuthClient>): Authorize {
  let login: OAuthLogin | undefined;
  return async (request, terms) => {
    if (login === undefined) {
      login = createOAuthLogin(await clientFor(request), context);
      context.onOAuthLogin?.(context.provider, login);
    }
    return login.authorize(request, terms);
  };
}

/** A client that signs. Without a token_url it is one of Okta's, whose tokens come from the org itself. */
async function keyClientOf(config: AuthConfig, context: LoginContext, request: HttpRequest): Promise<OAuthClient> {
  const {
    client_id: id,
    client_id_env_var: variable,
    scopes = [],
    token_url: url,
    key_id: keyId,
    values = {},
  } = config;
  const either = lookUp(context, request);
  const subject = `auth.${context.provider}`;
  return {
    tokenUrl: url === undefined ? new URL('/oauth2/v1/token', request.url) : tokenUrl(config, context, either),
    clientId: either(variable, id),
    proof: {
      kind: 'private-key',
      privateKey: await readCredential(config, context, request),
      subject,
      ...(keyId !== undefined && { keyId }),
    },
    scopes,
    form: values,
    offersDpop: true,
  };
}

type Lookup = (variable: string | undefined, inline: string | undefined) => string;

/** A setting that must not be empty: from a variable where one is named. */
function lookUp(context: LoginContext, request: HttpRequest): Lookup {
  return (name, inline) => {
    const value = (name === undefined ? inline : context.environment(name))?.trim() ?? '';
    if (value !== '') return value;
    throw noCredential(request, name === undefined ? context.hint : `Set the environment variable ${name}.`);
  };
}

async function clientOf(config: AuthConfig, context: LoginContext, request: HttpRequest): Promise<OAuthClient> {
  const { grant_type: grant = 'client_credentials', scopes = [], values = {}, auth_style: style } = config;
  if (grant !== 'client_credentials') {
    throw new NotSupportedError(`${context.provider} logs in by the grant ${grant}, which is not supported.`, {
      hint: 'Of oauth2, client_credentials is.',
    });
  }
  const either = lookUp(context, request);
  return {
    tokenUrl: tokenUrl(config, context, either),
    clientId: either(config.client_id_env_var, config.client_id),
    proof: {
      kind: 'secret',
      secret: new Secret(either(config.client_secret_env_var, config.client_secret)),
      isInForm: style === 1,
    },
    scopes,
    form: values,
    offersDpop: false,
  };
}

/** `{{ .account_id }}` and `{{ .__env__NAME }}` in it are filled, as StackQL's template does. */
function tokenUrl(config: AuthConfig, { provider }: LoginContext, either: Lookup): URL {
  const text = (config.token_url ?? '').replace(/\{\{-?\s*\.(\w+)\s*-?\}\}/g, (whole, name: string) => {
    if (name.startsWith('__env__')) return encodeURIComponent(either(name.slice('__env__'.length), undefined));
    return name === 'account_id' ? encodeURIComponent(either(config.account_id_var, config.account_id)) : whole;
  });
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isSafe = url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback(url.hostname));
  if (url !== undefined && isSafe && url.username === '' && url.password === '') return url;
  throw new InvalidValueError(`The token_url of ${provider} is no https URL.`, {
    subject: `auth.${provider}.token_url`,
  });
}
