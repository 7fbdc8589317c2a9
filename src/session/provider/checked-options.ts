/**
 * Options as callers give them: every name is known and every value of its kind, or nothing begins. In JavaScript a misspelt
 * `endpointUrl` would otherwise mean the default, and send a credential to the real org.
 *
 * Written by hand, since zod is not to be loaded at start-up.
 *
 * @module
 */

import { InvalidValueError } from '../../errors.ts';
import type { InvokeOptions, RequestOptions } from '../../exec/provider.ts';
import type { StatementTerms } from '../../http/contract.ts';
import { Secret } from '../../http/login/secret.ts';
import type { ProxySettings, TlsSettings } from '../../http/transport/undici.ts';
import { didYouMean, nearestNames } from '../../registry/nearest.ts';
import type { OktaLogin, OrgSettings } from '../login/orgs.ts';
import type { ProviderOptions } from './options.ts';

/** What one option takes. */
export interface Kind {
  /** In words, as the end of a sentence: `a text`. */
  readonly takes: string;
  readonly fits: (value: unknown) => boolean;
  /** Looks into a value that fits. */
  readonly inside?: (value: object, path: string) => void;
}

/** One kind for each option that there is: an option without one does not compile. */
export type OptionTable<T> = { readonly [Name in keyof Required<T>]: Kind };

/**
 * @param whose who takes them, such as `createSession`
 * @throws InvalidValueError for a name that is no option, with the nearest, and for a value of another kind
 */
export function checkOptions<T>(given: unknown, table: OptionTable<T>, whose: string): void {
  if (!isObject(given)) throw invalid(whose, `${whose} takes its options as an object.`);
  checkMembers(given, table, { whose, path: '' });
}

export const TEXT: Kind = { takes: 'a text', fits: (value) => typeof value === 'string' };
export const FLAG: Kind = { takes: 'true or false', fits: (value) => typeof value === 'boolean' };
export const COUNT: Kind = {
  takes: 'a number, not below 0',
  fits: (value) => typeof value === 'number' && value >= 0,
};
export const FUNCTION: Kind = { takes: 'a function', fits: (value) => typeof value === 'function' };
export const TEXTS: Kind = {
  takes: 'a list of texts',
  fits: (value) => Array.isArray(value) && value.every((each) => typeof each === 'string'),
};
export const OBJECT: Kind = { takes: 'an object', fits: isObject };
export const SIGNAL: Kind = { takes: 'an AbortSignal', fits: (value) => value instanceof AbortSignal };
const SECRET: Kind = {
  takes: 'a text or a Secret',
  fits: (value) => typeof value === 'string' || value instanceof Secret,
};

/** An object that has functions of these names, whoever made it. */
export function objectWith(takes: string, ...methods: readonly string[]): Kind {
  const has = (value: object, name: string): boolean => typeof (value as Record<string, unknown>)[name] === 'function';
  return { takes, fits: (value) => isObject(value) && methods.every((name) => has(value, name)) };
}

/** An object whose members have kinds of their own. */
export function objectOf<T>(table: OptionTable<T>, whose: string): Kind {
  return { ...OBJECT, inside: (value, path) => checkMembers(value, table, { whose, path: `${path}.` }) };
}

/** An object with names of the caller's own. */
export function recordOf(kind: Kind): Kind {
  const inside = (value: object, path: string): void => {
    for (const [name, member] of Object.entries(value)) checkValue(member, kind, `${path}.${name}`);
  };
  return { ...OBJECT, inside };
}

const TERMS: OptionTable<StatementTerms> = { deadline: COUNT, onSent: FUNCTION };

const PROXY: OptionTable<ProxySettings> = { url: SECRET, noProxy: TEXT };
const TLS: OptionTable<TlsSettings> = { ca: TEXT, insecure: oneOf('loopback', 'everywhere') };

type LoginMembers<Name extends OktaLogin['kind']> = OptionTable<Extract<OktaLogin, { readonly kind: Name }>>;

const LOGINS: { readonly [Name in OktaLogin['kind']]: LoginMembers<Name> } = {
  'api-token': { kind: TEXT, token: SECRET },
  bearer: { kind: TEXT, token: SECRET },
  'private-key': { kind: TEXT, clientId: TEXT, privateKey: SECRET, keyId: TEXT, scopes: TEXTS },
};

const LOGIN: Kind = {
  ...OBJECT,
  inside: (value, path) => {
    const { kind } = value as { readonly kind?: unknown };
    checkValue(kind, oneOf(...Object.keys(LOGINS)), `${path}.kind`);
    const table: Readonly<Record<string, Kind>> = LOGINS[kind as OktaLogin['kind']];
    checkMembers(value, table, { whose: `A login of kind ${String(kind)}`, path: `${path}.` });
  },
};

const ORG: OptionTable<OrgSettings> = { url: TEXT, login: LOGIN, source: TEXT };

export const PROVIDER_OPTIONS: OptionTable<ProviderOptions> = {
  subdomain: TEXT,
  fetch: FUNCTION,
  timeoutMs: COUNT,
  registry: objectWith('what loadRegistry gives', 'resource', 'method'),
  revealSecrets: FLAG,
  secretsTo: TEXT,
  now: FUNCTION,
  // Their ranges are checked where they are used.
  concurrency: { takes: 'a number', fits: (value) => typeof value === 'number' },
  rateLimitShare: { takes: 'a number', fits: (value) => typeof value === 'number' },
  maxResponseBytes: COUNT,
  onWait: FUNCTION,
  onExchange: FUNCTION,
  proxy: objectOf(PROXY, 'proxy'),
  tls: objectOf(TLS, 'tls'),
  clock: objectWith('an object with now and sleep', 'now', 'sleep'),
  endpointUrl: TEXT,
  baseDomain: TEXT,
  customDomains: TEXTS,
  orgs: recordOf(objectOf(ORG, 'An org')),
  login: LOGIN,
  loginSource: TEXT,
  token: SECRET,
  // Its entries are checked where they are read: with the provider that they are for.
  auth: OBJECT,
  trustRegistry: FLAG,
  environment: FUNCTION,
};

export const INVOKE_OPTIONS: OptionTable<InvokeOptions> = {
  body: OBJECT,
  signal: SIGNAL,
  statement: objectOf(TERMS, 'statement'),
};

export const REQUEST_OPTIONS: OptionTable<RequestOptions> = { body: OBJECT, withCredential: FLAG };

export const STATEMENT_TERMS: Kind = objectOf(TERMS, 'statement');

export function oneOf(...words: readonly string[]): Kind {
  return { takes: words.join(' or '), fits: (value) => typeof value === 'string' && words.includes(value) };
}

interface Place {
  readonly whose: string;
  /** In front of the names. */
  readonly path: string;
}

function checkMembers(given: object, table: Readonly<Record<string, Kind>>, { whose, path }: Place): void {
  for (const [name, value] of Object.entries(given)) {
    const kind = Object.hasOwn(table, name) ? table[name] : undefined;
    if (kind === undefined) throw unknownOption(whose, name, Object.keys(table));
    // What is undefined is not given: `process.env.NAME` is written so.
    if (value !== undefined) checkValue(value, kind, `${path}${name}`);
  }
}

function checkValue(value: unknown, { takes, fits, inside }: Kind, path: string): void {
  // The value is not repeated: it may be a secret in the wrong place.
  if (!fits(value)) throw invalid(path, `${path} takes ${takes}.`);
  inside?.(value as object, path);
}

function unknownOption(whose: string, name: string, known: readonly string[]): InvalidValueError {
  return new InvalidValueError(`${whose} has no option ${JSON.stringify(name)}.`, {
    subject: name,
    hint: didYouMean(nearestNames(name, known), []) ?? `The options are ${known.join(', ')}.`,
  });
}

function invalid(subject: string, message: string): InvalidValueError {
  return new InvalidValueError(message, { subject });
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
