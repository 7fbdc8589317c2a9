/**
 * Options as callers give them: every name is known and every value of its kind, or nothing begins. In JavaScript a misspelt
 * `endpointUrl` would otherwise mean the default, and send a credential to the real org.
 *
 * Written by hand, since zod is not to be loaded at start-up (docs/decisions/012-options-without-zod.md).
 *
 * @module
 */

import { X509Certificate } from 'node:crypto';
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
  takes: 'a whole number, not below 0',
  fits: (value) => Number.isSafeInteger(value) && Number(value) >= 0,
};
export const THREADS: Kind = countTo(1024);
export const SPARES: Kind = countTo(64);

function countTo(most: number): Kind {
  return {
    takes: `a whole number from 1 to ${most}`,
    fits: (value) => Number.isSafeInteger(value) && Number(value) >= 1 && Number(value) <= most,
  };
}

/** A text in JavaScript cannot be longer. */
const BYTES: Kind = {
  takes: 'a whole number of bytes, from 0 to 536870888',
  fits: (value) => Number.isSafeInteger(value) && Number(value) >= 0 && Number(value) <= 536_870_888,
};
/** Node's timers wait one millisecond where they are asked for more. */
export const DURATION: Kind = {
  takes: 'a number of milliseconds, from 0 to 2147483647',
  fits: (value) => typeof value === 'number' && value >= 0 && value <= 2_147_483_647,
};
/** As of a clock. */
const INSTANT: Kind = { takes: 'a number, not below 0', fits: (value) => typeof value === 'number' && value >= 0 };
export const PATH: Kind = { takes: 'a path', fits: (value) => typeof value === 'string' && /^[^\0]+$/.test(value) };
/** DuckDB would take `none` and what is below 0 for no limit. */
export const SIZE: Kind = {
  takes: "a number above 0 with a unit, such as '500MB' or '2GB'",
  fits: (value) => typeof value === 'string' && /^(?=.*[1-9])\d{1,9}(?:\.\d{1,9})? ?[KMGT]i?B$/i.test(value),
};
/** DuckDB would look for what a pattern fits. */
export const FILES: Kind = {
  takes: 'a list of texts, each the path of one file',
  fits: (value) => Array.isArray(value) && value.every((each) => PATH.fits(each) && !/[*?[\]]/.test(String(each))),
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

/** An object whose members have kinds of their own. Some must be there. */
export function objectOf<T>(table: OptionTable<T>, whose: string, needed: readonly (keyof T & string)[] = []): Kind {
  const inside = (value: object, path: string): void => {
    checkMembers(value, table, { whose, path: `${path}.` });
    checkNeeded(value, table, needed, path);
  };
  return { ...OBJECT, inside };
}

function checkNeeded(
  given: object,
  table: Readonly<Record<string, Kind>>,
  needed: readonly string[],
  path: string,
): void {
  for (const name of needed) {
    const value: unknown = (given as Readonly<Record<string, unknown>>)[name];
    if (value === undefined) throw misfit(`${path}.${name}`, table[name]?.takes ?? '', value);
  }
}

/** An object with names of the caller's own. */
export function recordOf(kind: Kind): Kind {
  const inside = (value: object, path: string): void => {
    for (const [name, member] of Object.entries(value)) checkValue(member, kind, `${path}.${name}`);
  };
  return { ...OBJECT, inside };
}

const TERMS: OptionTable<StatementTerms> = { deadline: INSTANT, onRequest: FUNCTION, onSent: FUNCTION };

const PROXY: OptionTable<ProxySettings> = { url: SECRET, noProxy: TEXT };
const CERTIFICATES: Kind = {
  takes: 'certificates as a text in PEM',
  fits: (value) => typeof value === 'string' && areCertificates(value),
};

function areCertificates(text: string): boolean {
  const blocks = text.match(/-----BEGIN [A-Z ]*CERTIFICATE-----[^-]*-----END [A-Z ]*CERTIFICATE-----/g) ?? [];
  try {
    return blocks.length > 0 && blocks.every((block) => new X509Certificate(block).subject !== undefined);
  } catch {
    return false;
  }
}

const TLS: OptionTable<TlsSettings> = { ca: CERTIFICATES, insecure: oneOf('loopback', 'everywhere') };

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
    checkNeeded(
      value,
      table,
      Object.keys(table).filter((name) => name !== 'keyId'),
      path,
    );
  },
};

const ORG: OptionTable<OrgSettings> = { url: TEXT, login: LOGIN, source: TEXT };

const HOST_NAMES: Kind = {
  takes: 'a list of texts, each the name of a host',
  fits: (value) =>
    Array.isArray(value) &&
    value.every((each) => typeof each === 'string' && /^[a-z0-9-]+(?:\.[a-z0-9-]+)+$/i.test(each)),
};

export const PROVIDER_OPTIONS: OptionTable<ProviderOptions> = {
  subdomain: TEXT,
  fetch: FUNCTION,
  timeoutMs: DURATION,
  registry: objectWith('what loadRegistry gives', 'resource', 'method'),
  revealSecrets: FLAG,
  secretsTo: PATH,
  now: FUNCTION,
  // Their ranges are checked where they are used.
  concurrency: { takes: 'a number', fits: (value) => typeof value === 'number' },
  rateLimitShare: { takes: 'a number', fits: (value) => typeof value === 'number' },
  maxResponseBytes: BYTES,
  cacheTtlMs: DURATION,
  cacheMaxBytes: BYTES,
  onWait: FUNCTION,
  onLimit: FUNCTION,
  onExchange: FUNCTION,
  proxy: objectOf(PROXY, 'proxy', ['url']),
  tls: objectOf(TLS, 'tls'),
  clock: objectWith('an object with now and sleep', 'now', 'sleep'),
  endpointUrl: TEXT,
  baseDomain: TEXT,
  customDomains: HOST_NAMES,
  orgs: recordOf(objectOf(ORG, 'An org', ['url'])),
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
  if (!fits(value)) throw misfit(path, takes, value);
  inside?.(value as object, path);
}

function misfit(path: string, takes: string, value: unknown): InvalidValueError {
  return invalid(path, `${path} takes ${takes}. It got ${nameOf(value)}.`);
}

/** What a value is. A text is not repeated: it may be a secret in the wrong place. */
function nameOf(value: unknown): string {
  if (typeof value === 'number' || typeof value === 'boolean' || value === null) return String(value);
  if (value === undefined) return 'nothing';
  if (typeof value === 'string') return value === '' ? 'an empty text' : 'a text';
  if (typeof value === 'object') return Array.isArray(value) ? 'a list' : 'an object';
  return `a ${typeof value}`;
}

/** @throws InvalidValueError for a value that is none of this kind */
export function checkArgument(value: unknown, kind: Kind, name: string): void {
  checkValue(value, kind, name);
}

/** @throws InvalidValueError for what no call can be made with: a parameter that is NaN would be sent as those letters */
export function checkCall(name: unknown, parameters: unknown): void {
  checkArgument(name, TEXT, 'The name of a method');
  checkArgument(parameters, OBJECT, 'The parameters of a method');
  for (const [each, value] of Object.entries(parameters as object)) checkArgument(value, SENDABLE, `Parameter ${each}`);
}

const SENDABLE: Kind = {
  takes: 'a value that can be sent',
  fits: (value) => {
    if (value instanceof Date) return !Number.isNaN(value.getTime());
    return typeof value === 'number'
      ? Number.isFinite(value)
      : !['undefined', 'function', 'symbol'].includes(typeof value);
  },
};

/** @throws InvalidValueError for what `now` gives and is no time */
export function checkedDate(date: Date): Date {
  if (date instanceof Date && !Number.isNaN(date.getTime())) return date;
  throw invalid('now', 'now gives a Date, and gave something else, or an invalid one.');
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
