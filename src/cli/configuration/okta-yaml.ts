/**
 * `okta.yaml`: the file of Okta's SDKs, with `okta.orgs` for several orgs.
 *
 * @module
 */

import { createRequire } from 'node:module';
import { holdsKey } from '../../http/login/key-text.ts';
import { Secret } from '../../http/login/secret.ts';
import { quoteWord } from '../../okta/quote.ts';
import { nearestNames } from '../../registry/nearest.ts';
import { type Fill, namesVariable } from './filled-text.ts';
import { type Client, type ClientKey, type Given, type Note, nameOf, type Place, unusable } from './place.ts';
import { proxyUrl } from './proxy.ts';
import { splitScopes } from './variables.ts';

const require = createRequire(import.meta.url);

/** What YAML makes of a file here: scalars are texts, as they were written, or null. */
type YamlValue = string | null | YamlMap | readonly YamlValue[];
type YamlMap = ReadonlyMap<unknown, YamlValue>;

/** The keys of `okta.client` and of each org, with their other spellings: `oktaDomain` is .NET's, `kid` Java's. */
const CLIENT_KEYS: Readonly<Record<Exclude<ClientKey, 'accessToken'>, readonly string[]>> = {
  orgUrl: ['orgUrl', 'oktaDomain'],
  authorizationMode: ['authorizationMode'],
  token: ['token'],
  clientId: ['clientId'],
  scopes: ['scopes'],
  privateKey: ['privateKey'],
  keyId: ['keyId', 'privateKeyId', 'kid'],
};
const CONNECTION_KEYS = ['requestTimeout', 'proxy'];
/** Of the SDKs, and without a meaning here. */
const IDLE_KEYS = [
  'clientAssertion',
  'connectionTimeout',
  'rateLimit',
  'cache',
  'logging',
  'userAgent',
  'userAgentExtra',
];
/** `idx` and `oauth2` are those of Okta's sign-in libraries. */
const SECTIONS = ['client', 'orgs', 'testing', 'idx', 'oauth2'];

/** As the rules for labels have it, so that a name can stand wherever a label does. */
const ORG_NAME = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

interface YamlFile {
  /** As the user knows it: `./okta.yaml`. */
  readonly name: string;
  readonly folder: string;
  readonly text: string;
  /** What a text of the file becomes, which may name variables of the environment. Default: itself. */
  readonly fill?: Fill;
}

/**
 * The settings in a file.
 *
 * @throws InvalidArgumentError with the file, and the dotted key or the line
 */
export function readOktaYaml({ name: file, folder, text, fill = asWritten }: YamlFile, note: Note): Place {
  const at = (key: string): At => ({ key, file, note });
  const root = mapOf(filled(parse(file, text), [], { file, fill }), at('The top'));
  checkKeys(root, ['okta'], at(''));
  const okta = mapOf(root.get('okta') ?? null, at('okta'));
  checkKeys(okta, SECTIONS, at('okta'));
  noteTesting(mapOf(okta.get('testing') ?? null, at('okta.testing')), at('okta.testing'));
  const client = mapOf(okta.get('client') ?? null, at('okta.client'));
  checkKeys(client, [...clientKeys(), ...CONNECTION_KEYS, ...IDLE_KEYS], at('okta.client'));
  noteIdle(client, IDLE_KEYS, at('okta.client'));
  const orgs = mapOf(okta.get('orgs') ?? null, at('okta.orgs'));
  const requestTimeout = textOf(client, ['requestTimeout'], at('okta.client'));
  const proxy = readProxy(client, at('okta.client.proxy'));
  return {
    file,
    folder,
    clients: [readClient(client, at('okta.client'))],
    orgs: new Map([...orgs].map(([name, org]) => readOrg(name, org, at))),
    ...(requestTimeout !== undefined && { requestTimeout }),
    ...(proxy !== undefined && { proxy }),
    nameOf: (key) => `okta.client.${key} of ${file}`,
  };
}

/** Whether whoever reads the file learns a secret, as long as nothing was filled in. A private key may be the path of another file. */
export function holdsSecret({ clients, orgs, proxy }: Place): boolean {
  const isSecret = ({ token, accessToken, privateKey }: Client): boolean =>
    [token, accessToken].some((given) => given !== undefined && !namesVariable(given.value.reveal())) ||
    holdsKey(privateKey?.value.reveal() ?? '');
  return proxy?.value.reveal().includes('@') === true || [...clients, ...orgs.values()].some(isSecret);
}

const asWritten: Fill = (text) => text;

/** The same tree with its texts filled, names aside. */
function filled(
  value: YamlValue,
  path: readonly string[],
  to: { readonly file: string; readonly fill: Fill },
): YamlValue {
  if (typeof value === 'string') return to.fill(value, nameOf({ key: path.join('.'), file: to.file }));
  // Aliases may go round in circles; no setting is that deep.
  if (value === null || path.length > DEEPEST) return value;
  if (isMap(value)) return new Map([...value].map(([key, one]) => [key, filled(one, [...path, String(key)], to)]));
  return value.map((one) => filled(one, path, to));
}

const DEEPEST = 8;

/** Where in a file one is. */
interface At {
  readonly key: string;
  readonly file: string;
  readonly note: Note;
}

/**
 * By the schema in which every scalar is the text that was written: a token of digits stays one, and `on` no boolean. The
 * parser's messages quote the file, so only its code and place are told.
 */
function parse(file: string, text: string): YamlValue {
  const { parseDocument } = require('yaml') as typeof import('yaml');
  const document = parseDocument(text, { schema: 'failsafe', customTags: ['null'], merge: true, logLevel: 'error' });
  const [error] = document.errors;
  if (error !== undefined) {
    const { line = 1, col = 1 } = error.linePos?.[0] ?? {};
    throw unusable(file, `is no YAML: ${error.code} in line ${line}, column ${col}`);
  }
  try {
    return document.toJS({ mapAsMap: true, maxAliasCount: 100 }) as YamlValue;
  } catch {
    throw unusable(file, 'cannot be read: its aliases stand for too much, or for nothing');
  }
}

function isMap(value: YamlValue): value is YamlMap {
  return value instanceof Map;
}

function mapOf(value: YamlValue, { key, file }: At): YamlMap {
  if (value === null) return new Map();
  if (isMap(value)) return value;
  throw unusable(nameOf({ key, file }), 'takes settings below it, one a line');
}

function clientKeys(): readonly string[] {
  return Object.values(CLIENT_KEYS).flat();
}

function checkKeys(map: YamlMap, known: readonly string[], { key, file, note }: At): void {
  for (const name of map.keys()) {
    if (known.includes(String(name))) continue;
    const full = key === '' ? quoteWord(String(name)) : `${quoteWord(String(name))} of ${key}`;
    const [nearest] = nearestNames(String(name), known);
    note(`${full} in ${file} is unknown.${nearest === undefined ? '' : ` Did you mean ${nearest}?`}`);
  }
}

function noteIdle(map: YamlMap, keys: readonly string[], { key, file, note }: At): void {
  const idle = keys.filter((name) => (map.get(name) ?? null) !== null);
  if (idle.length > 0) note(`${idle.map((name) => `${key}.${name}`).join(', ')} of ${file}: not used here.`);
}

function noteTesting(testing: YamlMap, { key, file, note }: At): void {
  if (testing.get('disableHttpsCheck') !== 'true') return;
  note(
    `${key}.disableHttpsCheck of ${file} is not followed: plain http is for this machine only, and needs no setting there.`,
  );
}

function readOrg(name: unknown, org: YamlValue, at: (key: string) => At): readonly [string, Client] {
  if (typeof name !== 'string' || !ORG_NAME.test(name)) {
    throw unusable(
      `A name below ${nameOf(at('okta.orgs'))}`,
      'is no name of an org',
      'Take small letters, digits and hyphens within, such as prod-eu.',
    );
  }
  const here = at(`okta.orgs.${name}`);
  const settings = mapOf(org, here);
  checkKeys(settings, [...clientKeys(), ...CONNECTION_KEYS, ...IDLE_KEYS], here);
  noteIdle(settings, [...CONNECTION_KEYS, ...IDLE_KEYS], here);
  return [name, readClient(settings, here)];
}

function readClient(map: YamlMap, at: At): Client {
  const text = (key: keyof typeof CLIENT_KEYS): Given<string> | undefined => textOf(map, CLIENT_KEYS[key], at);
  const secret = (given: Given<string> | undefined): Given<Secret> | undefined =>
    given && { ...given, value: new Secret(given.value) };
  const settings = {
    orgUrl: text('orgUrl'),
    authorizationMode: text('authorizationMode'),
    token: secret(text('token')),
    clientId: text('clientId'),
    scopes: scopesOf(map, at),
    privateKey: keyOf(map, at) ?? secret(text('privateKey')),
    keyId: text('keyId'),
  };
  return Object.fromEntries(Object.entries(settings).filter(([, given]) => given !== undefined)) as Client;
}

function given<T>(value: T, name: string, { key, file }: At): Given<T> {
  return { value, key: `${key}.${name}`, file };
}

/** The text under the first of several spellings. */
function textOf(map: YamlMap, names: readonly string[], at: At): Given<string> | undefined {
  const [taken, ...others] = names.flatMap((name) => {
    const value = checkedText(map.get(name) ?? null, name, at).trim();
    return value === '' ? [] : [given(value, name, at)];
  });
  for (const other of others) {
    if (other.value !== taken?.value) at.note(`${nameOf(other)} is not used: ${taken?.key} goes before it.`);
  }
  return taken;
}

function checkedText(value: YamlValue, name: string, at: At): string {
  if (value === null) return '';
  if (typeof value === 'string') return value;
  const place = nameOf(given(value, name, at));
  // To YAML, {apiToken} without quotes is a map.
  const isPlaceholder = isMap(value) && [...value.values()].every((one) => one === null);
  if (isPlaceholder) throw unusable(place, 'still holds the placeholder of an example');
  throw unusable(place, 'takes one text, not a list or settings below it');
}

function scopesOf(map: YamlMap, at: At): Given<readonly string[]> | undefined {
  const value = map.get('scopes') ?? null;
  const scopes = Array.isArray(value)
    ? value.flatMap((scope) => splitScopes(checkedText(scope, 'scopes', at)))
    : splitScopes(checkedText(value, 'scopes', at));
  return scopes.length === 0 ? undefined : given(scopes, 'scopes', at);
}

/** A JWK that was written as YAML. Its members are texts, but for lists, and `ext`, which says nothing of the key. */
function keyOf(map: YamlMap, at: At): Given<Secret> | undefined {
  const value = map.get('privateKey') ?? null;
  if (!isMap(value) || !value.has('kty')) return undefined;
  const { ext: _boolean, ...members } = Object.fromEntries(value) as Record<string, YamlValue>;
  return given(new Secret(JSON.stringify(members)), 'privateKey', at);
}

function readProxy(client: YamlMap, at: At): Given<Secret> | undefined {
  const proxy = mapOf(client.get('proxy') ?? null, at);
  checkKeys(proxy, ['host', 'port', 'username', 'password'], at);
  const text = (name: string): string | undefined => textOf(proxy, [name], at)?.value;
  const host = text('host');
  if (host === undefined) {
    if (text('port') === undefined) return undefined;
    throw unusable(nameOf(at), 'needs a host');
  }
  const parts = { host: host.replace(/^http:\/\//, ''), port: text('port'), user: text('username') };
  return given(proxyUrl(nameOf(at), { ...parts, password: text('password') }), 'host', at);
}
