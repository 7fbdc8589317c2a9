/**
 * The environment variables by which Okta's tools take an org and a login.
 *
 * @module
 */

import { Secret } from '../../http/login/secret.ts';
import { OKTA_BASE_DOMAINS } from '../../okta/host.ts';
import {
  type Client,
  type ClientKey,
  type Environment,
  type Given,
  type GivenOrg,
  isSame,
  type Note,
  nameOf,
  type Place,
} from './place.ts';
import { completeProxyUrl, proxyUrl } from './proxy.ts';

type Names = Readonly<Partial<Record<ClientKey, readonly string[]>>>;

/**
 * Families of variables, the first before the others, and of the spellings of one setting the first too. The SDKs make
 * variables of dotted names, and differ in where they put underscores.
 */
const FAMILIES: readonly Names[] = [
  // Okta's SDKs; `OKTADOMAIN` is .NET's, `KID` Java's.
  {
    orgUrl: ['OKTA_CLIENT_ORGURL', 'OKTA_CLIENT_ORG_URL', 'OKTA_CLIENT_OKTADOMAIN'],
    authorizationMode: ['OKTA_CLIENT_AUTHORIZATIONMODE', 'OKTA_CLIENT_AUTHORIZATION_MODE'],
    token: ['OKTA_CLIENT_TOKEN'],
    clientId: ['OKTA_CLIENT_CLIENTID', 'OKTA_CLIENT_CLIENT_ID'],
    scopes: ['OKTA_CLIENT_SCOPES'],
    privateKey: ['OKTA_CLIENT_PRIVATEKEY', 'OKTA_CLIENT_PRIVATE_KEY'],
    keyId: [
      'OKTA_CLIENT_KEYID',
      'OKTA_CLIENT_KEY_ID',
      'OKTA_CLIENT_PRIVATEKEYID',
      'OKTA_CLIENT_PRIVATE_KEY_ID',
      'OKTA_CLIENT_KID',
    ],
  },
  // Okta's Terraform provider, whose `OKTA_API_TOKEN` StackQL shares. Its org is made of two variables.
  {
    token: ['OKTA_API_TOKEN'],
    accessToken: ['OKTA_ACCESS_TOKEN'],
    clientId: ['OKTA_API_CLIENT_ID'],
    scopes: ['OKTA_API_SCOPES'],
    privateKey: ['OKTA_API_PRIVATE_KEY'],
    keyId: ['OKTA_API_PRIVATE_KEY_ID'],
  },
  // Older tools.
  { orgUrl: ['OKTA_ORGURL'], token: ['OKTA_TOKEN'] },
];
const TERRAFORM = 1;
const TERRAFORM_ORG = ['OKTA_ORG_NAME', 'OKTA_BASE_URL'] as const;

const REQUEST_TIMEOUT = ['OKTA_CLIENT_REQUESTTIMEOUT', 'OKTA_CLIENT_REQUEST_TIMEOUT'];
const PROXY_URL = ['OKTA_HTTP_PROXY', 'https_proxy', 'HTTPS_PROXY', 'http_proxy', 'HTTP_PROXY'];
const ANY_PROXY_URL = ['all_proxy', 'ALL_PROXY'];

/** Settings of the SDKs that are not followed, and why. */
const NOT_FOLLOWED: readonly (readonly [names: readonly string[], reason: string])[] = [
  [
    ['OKTA_TESTING_DISABLE_HTTPS_CHECK', 'OKTA_TESTING_DISABLEHTTPSCHECK'],
    'plain http is for this machine only, and needs no setting there',
  ],
  [
    [
      'OKTA_CLIENT_RATE_LIMIT_MAX_RETRIES',
      'OKTA_CLIENT_RATELIMIT_MAXRETRIES',
      'OKTA_CLIENT_RATE_LIMIT_MAX_BACKOFF',
      'OKTA_CLIENT_RATELIMIT_MAXBACKOFF',
    ],
    'rate limits are waited for, and --timeout ends the waiting',
  ],
];

/** The variables that hold a credential. */
export const CREDENTIAL_VARIABLES: readonly string[] = FAMILIES.flatMap(({ token, accessToken, privateKey }) =>
  [token, accessToken, privateKey].flatMap((names) => names ?? []),
);

/** Variables that hold no secret, in capital letters. Of others in a file of variables nobody knows: `--auth` may name any. */
export const PLAIN_VARIABLES: ReadonlySet<string> = new Set([
  ...FAMILIES.flatMap(({ orgUrl, authorizationMode, clientId, scopes, keyId }) =>
    [orgUrl, authorizationMode, clientId, scopes, keyId].flatMap((names) => names ?? []),
  ),
  ...TERRAFORM_ORG,
  ...REQUEST_TIMEOUT,
  ...NOT_FOLLOWED.flatMap(([names]) => names),
  ...['OKTAQL_ENDPOINT_URL', 'NODE_EXTRA_CA_CERTS', 'NO_PROXY'],
]);

interface VariablesOf {
  readonly environment: Environment;
  /** The file that they come from, if any. */
  readonly file: string | undefined;
  readonly folder: string;
}

/** The settings in environment variables. An empty one counts as not set. */
export function readVariables({ environment, file, folder }: VariablesOf, note: Note): Place {
  const first: First = (names) => firstOf(names, { environment, file, folder }, note);
  for (const [names, reason] of NOT_FOLLOWED) {
    const given = names.flatMap((name) => first([name]) ?? []).filter(({ value }) => !/^(?:false|0)$/i.test(value));
    for (const one of given) note(`${nameOf(one)} is not followed: ${reason}.`);
  }
  const requestTimeout = first(REQUEST_TIMEOUT);
  const proxy = readProxy(first, note);
  return {
    file,
    folder,
    clients: FAMILIES.map((names, index) => readFamily(names, index === TERRAFORM ? terraformOrg(first) : {}, first)),
    orgs: new Map(),
    ...(requestTimeout !== undefined && { requestTimeout }),
    ...(proxy !== undefined && { proxy }),
    nameOf: (key) => FAMILIES[0]?.[key]?.[0] ?? key,
  };
}

type First = (names: readonly string[]) => Given<string> | undefined;

function firstOf(names: readonly string[], { environment, file }: VariablesOf, note: Note): Given<string> | undefined {
  const [taken, ...others] = names.flatMap((key): readonly Given<string>[] => {
    const value = environment[key]?.trim() ?? '';
    return value === '' ? [] : [{ value, key, file }];
  });
  if (taken === undefined) return undefined;
  for (const other of others) {
    if (!isSame(other, taken)) note(`${nameOf(other)} is not used: ${nameOf(taken)} goes before it.`);
  }
  return taken;
}

function readFamily(names: Names, org: Client, first: First): Client {
  const text = (key: ClientKey): Given<string> | undefined => first(names[key] ?? []);
  const scopes = text('scopes');
  return {
    ...org,
    ...present('orgUrl', text('orgUrl')),
    ...present('authorizationMode', text('authorizationMode')),
    ...present('token', secret(text('token'))),
    ...present('accessToken', secret(text('accessToken'))),
    ...present('clientId', text('clientId')),
    ...present('scopes', scopes && { ...scopes, value: splitScopes(scopes.value) }),
    ...present('privateKey', secret(text('privateKey'))),
    ...present('keyId', text('keyId')),
  };
}

function present<K extends ClientKey>(key: K, given: Client[K] | undefined): Pick<Client, K> | object {
  return given === undefined ? {} : { [key]: given };
}

function secret(given: Given<string> | undefined): Given<Secret> | undefined {
  return given && { ...given, value: new Secret(given.value) };
}

/** Separated by white space or commas: the SDKs do the one, Terraform the other. */
export function splitScopes(text: string): readonly string[] {
  return text.split(/[\s,]+/).filter((scope) => scope !== '');
}

/** https://registry.terraform.io/providers/okta/okta/latest/docs: the base is okta.com unless said otherwise. */
function terraformOrg(first: First): Client {
  const [name, base] = TERRAFORM_ORG.map((part) => first([part]));
  if (name === undefined) return {};
  const value = `https://${name.value}.${base?.value ?? 'okta.com'}`;
  return { orgUrl: { ...name, ...faultOfPart(name, base), value, advice: TERRAFORM_ADVICE } };
}

const TERRAFORM_ADVICE = 'Write OKTA_ORG_NAME as acme, and OKTA_BASE_URL as okta.com.';

/** What a part holds that belongs to the other, or to neither. Put together, they would be blamed for something else. */
function faultOfPart(name: Given<string>, base: Given<string> | undefined): Partial<GivenOrg> {
  if (/[:/]/.test(name.value) || isBelowOkta(name.value)) {
    return { fault: 'holds more than the label of an org' };
  }
  if (base === undefined || (DOMAIN.test(base.value) && !isBelowOkta(base.value))) return {};
  return { ...base, fault: 'holds more than a domain' };
}

/** Of this machine it may have a port. */
const DOMAIN = /^(?:[^:/]+|localhost:\d+)$/;

function isBelowOkta(host: string): boolean {
  return OKTA_BASE_DOMAINS.some((domain) => host.toLowerCase().endsWith(`.${domain}`));
}

function readProxy(first: First, note: Note): Given<Secret> | undefined {
  const host = first(['OKTA_CLIENT_PROXY_HOST']);
  if (host !== undefined) {
    const part = (name: string): string | undefined => first([`OKTA_CLIENT_PROXY_${name}`])?.value;
    const parts = { host: host.value, port: part('PORT'), user: part('USERNAME'), password: part('PASSWORD') };
    return { ...host, value: proxyUrl(nameOf(host), parts) };
  }
  const url = firstSet(PROXY_URL, first) ?? proxyForAll(first, note);
  return url && { ...url, value: completeProxyUrl(url.value) };
}

/** No word of the others: that HTTP_PROXY differs from HTTPS_PROXY is as it should be. */
function firstSet(names: readonly string[], first: First): Given<string> | undefined {
  return names.map((name) => first([name])).find((given) => given !== undefined);
}

/** The proxy of all protocols is often one of SOCKS, which others speak. That it is not used should be known before a failure. */
function proxyForAll(first: First, note: Note): Given<string> | undefined {
  const given = firstSet(ANY_PROXY_URL, first);
  if (given === undefined || !/^(?!https?:)[^/]*:\/\//i.test(given.value)) return given;
  note(`${nameOf(given)} is not used: a proxy is asked by http:// or https:// only.`);
  return undefined;
}
