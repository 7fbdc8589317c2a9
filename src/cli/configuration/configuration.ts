/**
 * Where settings come from: flags, the environment, `--env.file` and `okta.yaml`.
 *
 * @module
 */

import { join, resolve } from 'node:path';
import type { Secret } from '../../http/login/secret.ts';
import type { ProxySettings } from '../../http/transport/undici.ts';
import type { OktaLogin, Orgs } from '../../session/login/orgs.ts';
import { type Chosen, chooseNamedOrgs, chooseOrgs } from './client.ts';
import { parseEnvFile } from './env-file.ts';
import {
  diskFiles,
  type FileSystem,
  type FileText,
  type NamedFile,
  noteIfOpen,
  noteIfWritable,
  readIfThere,
  readNamed,
} from './files.ts';
import { type Fill, fillFrom, fillNothing } from './filled-text.ts';
import { holdsSecret, readOktaYaml } from './okta-yaml.ts';
import { type Environment, type Note, nameOf, type Place, unusable } from './place.ts';
import { type NamedKey, privateKeysOf } from './private-keys.ts';
import { noProxyIn } from './proxy.ts';
import { CREDENTIAL_VARIABLES, PLAIN_VARIABLES, readVariables } from './variables.ts';

export interface Configuration {
  /** Named orgs, and the one that the settings of Okta's SDKs name; each login goes to its own origin only. */
  readonly orgs: Orgs;
  /** The org that statements mean which name none: a name in `orgs`. */
  readonly subdomain?: string;
  /** A login for which no org is configured: it belongs to the first origin that a statement names. */
  readonly login?: { readonly login: OktaLogin; readonly source: string };
  /** The private keys among the logins, which the user may want to see checked. */
  readonly privateKeys: readonly NamedKey[];
  readonly endpointUrl?: string;
  /** The process's environment laid over that of `--env.file`, without credentials that belong to an org that is not used. */
  readonly environment: (name: string) => string | undefined;
  readonly timeoutMs?: number;
  readonly proxy?: ProxySettings;
}

export interface ConfigurationSources {
  readonly environment: Environment;
  /** Undefined where there is none any more, or none that is known. */
  readonly workingFolder: string | undefined;
  readonly homeFolder: string | undefined;
  /** `--env.file`. */
  readonly envFile?: string | undefined;
  /** `--config`: an `okta.yaml` that is read in place of the two others. */
  readonly configFile?: string | undefined;
  /** `--auth`, as it was given. */
  readonly auth?: string | undefined;
  /** Told, once each, what the user should know: who else can read a secret, and what is not used. */
  readonly onNotice: Note;
  /** Default: the disk. */
  readonly files?: FileSystem;
}

/**
 * All settings of a run, but for what flags say.
 *
 * @throws InvalidArgumentError naming the file and the key, or the variable, never a value
 */
export function loadConfiguration(sources: ConfigurationSources): Configuration {
  const note = onceEach(sources.onNotice);
  const { files = diskFiles, homeFolder, auth = '' } = sources;
  const variables = readEnvironments(sources, { files, note });
  const places = [...variables.places, ...readYamlFiles(sources, { files, note, lookUp: variables.lookUp })];
  const reading = { files, homeFolder, note };
  noteAuthFiles(auth, variables.lookUp, reading);
  noteAuthSecrets(auth, note);
  const isReplaced = hasOktaLogin(auth);
  const chosen = isReplaced ? chooseNamedOrgs(places, auth, reading) : chooseOrgs(places, reading);
  const endpointUrl = variables.lookUp('OKTAQL_ENDPOINT_URL');
  return {
    orgs: chosen.orgs,
    ...(chosen.subdomain !== undefined && { subdomain: chosen.subdomain }),
    ...(chosen.login !== undefined && { login: chosen.login }),
    privateKeys: isReplaced ? [] : privateKeysOf(chosen),
    ...(endpointUrl !== undefined && { endpointUrl }),
    environment: withoutOthers(variables.lookUp, chosen, auth),
    ...timeoutOf(places),
    ...proxyOf(places, variables.lookUp),
  };
}

/** An error may come after them, and they often say what is behind it: a key that is spelt wrongly. */
function onceEach(note: Note): Note {
  const told = new Set<string>();
  return (notice) => {
    if (!told.has(notice)) note(notice);
    told.add(notice);
  };
}

interface Reading {
  readonly files: FileSystem;
  readonly note: Note;
}

interface Variables {
  /** The process's first. */
  readonly places: readonly Place[];
  readonly lookUp: (name: string) => string | undefined;
}

function readEnvironments(
  { environment, workingFolder = '', envFile }: ConfigurationSources,
  reading: Reading,
): Variables {
  const own = readVariables({ environment, file: undefined, folder: workingFolder }, reading.note);
  const ownValue = (name: string): string | undefined => valueIn(environment, name);
  if (envFile === undefined) return { places: [own], lookUp: ownValue };
  const read = readNamed({ path: resolve(workingFolder, envFile), name: envFile }, reading.files);
  const more = parseEnvFile(envFile, read.text);
  const place = readVariables({ environment: more, file: envFile, folder: workingFolder }, reading.note);
  if (Object.keys(more).some((name) => !PLAIN_VARIABLES.has(name.toUpperCase())))
    noteIfOpen(envFile, read, reading.note);
  return {
    places: [own, place],
    lookUp: (name) => ownValue(name) ?? valueIn(more, name),
  };
}

function valueIn(environment: Environment, name: string): string | undefined {
  return (Object.hasOwn(environment, name) && environment[name]) || undefined;
}

/** The working folder's first. */
function readYamlFiles(
  { workingFolder, homeFolder, configFile }: ConfigurationSources,
  reading: Reading & Pick<Variables, 'lookUp'>,
): readonly Place[] {
  const fill = fillFrom(reading.lookUp);
  if (configFile !== undefined) {
    const file = { path: resolve(workingFolder ?? '', configFile), name: configFile };
    return [readYaml(file, readNamed(file, reading.files), fill, reading)];
  }
  const inWork = folderFile(workingFolder, 'okta.yaml', './okta.yaml');
  const atHome = folderFile(homeFolder, join('.okta', 'okta.yaml'), '~/.okta/okta.yaml');
  const found = [inWork, atHome].filter((file) => file !== undefined);
  return found
    .filter(({ path }, index) => found.findIndex((other) => other.path === path) === index)
    .flatMap((file) => {
      const read = readIfThere(file, reading);
      if (read === undefined) return [];
      if (file !== inWork) return [readYaml(file, read, fill, reading)];
      return [{ ...readYaml(file, read, fillNothing(file.name), reading), isFound: true as const }];
    });
}

function folderFile(folder: string | undefined, file: string, name: string): NamedFile | undefined {
  return folder === undefined || folder === '' ? undefined : { path: join(folder, file), name };
}

function readYaml({ path, name }: NamedFile, read: FileText, fill: Fill, { note }: Reading): Place {
  const file = { name, folder: join(path, '..'), text: read.text };
  const place = readOktaYaml({ ...file, fill }, note);
  if (holdsSecret(readOktaYaml(file, () => undefined))) noteIfOpen(name, read, note);
  noteIfWritable(name, read, note);
  return place;
}

/** Whether `--auth` says how to log in to Okta. */
function hasOktaLogin(auth: string): boolean {
  return Object.keys(membersOf(auth)).some((name) => name.toLowerCase() === 'okta');
}

/** What `--auth` is made of is checked where it is read; here it may be anything. */
function membersOf(auth: string): Readonly<Record<string, unknown>> {
  try {
    return asMembers(JSON.parse(auth));
  } catch {
    return {};
  }
}

function asMembers(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

/** Others may be able to read the files that `--auth` names. One that is not there is told of when it is needed. */
function noteAuthFiles(auth: string, lookUp: (name: string) => string | undefined, { files, note }: Reading): void {
  for (const login of Object.values(membersOf(auth)).map(asMembers)) {
    const { credentialsfilepath: file, credentialsfilepathenvvar: variable } = login;
    const path = typeof variable === 'string' ? lookUp(variable) : file;
    if (typeof path === 'string' && path !== '') noteIfOpen(path, { mode: modeOf(path, files) }, note);
  }
}

const SECRET_MEMBERS: readonly string[] = ['api_key', 'api_secret', 'client_secret', 'password'];

/** What stands on a command line is no secret on this machine: `ps` shows it, and shells keep it. */
function noteAuthSecrets(auth: string, note: Note): void {
  const names = Object.entries(membersOf(auth)).flatMap(([provider, login]) => secretsIn(login, provider));
  if (names.length > 0) {
    note(
      `--auth holds a secret (${names.join(', ')}), which ps shows to others: name a variable or a file there instead.`,
    );
  }
}

function secretsIn(login: unknown, path: string): readonly string[] {
  return Object.entries(asMembers(login)).flatMap(([key, value]) => {
    if (key.toLowerCase() === 'successor') return secretsIn(value, `${path}.${key}`);
    return SECRET_MEMBERS.includes(key.toLowerCase()) && value !== '' ? [`${path}.${key}`] : [];
  });
}

function modeOf(path: string, files: FileSystem): number | undefined {
  try {
    return files.stat(path)?.mode;
  } catch {
    return undefined;
  }
}

/**
 * Okta's document has its credential looked up by a name, `OKTA_API_TOKEN`: one that was passed over, because it belongs to
 * another org, must not be found that way. What `--auth` names is meant.
 */
function withoutOthers(
  lookUp: (name: string) => string | undefined,
  { used }: Chosen,
  auth: string,
): Configuration['environment'] {
  const isUsed = (name: string): boolean => used.some(({ from }) => from.key === name) || auth.includes(name);
  return (name) => (CREDENTIAL_VARIABLES.includes(name) && !isUsed(name) ? undefined : lookUp(name));
}

/** The SDKs count in seconds, and mean with 0 what they do without a setting. */
function timeoutOf(places: readonly Place[]): Pick<Configuration, 'timeoutMs'> {
  const given = places.map(({ requestTimeout }) => requestTimeout).find((one) => one !== undefined);
  if (given === undefined) return {};
  if (!/^\d{1,6}(?:\.\d{1,3})?$/.test(given.value)) throw unusable(nameOf(given), 'takes a number of seconds');
  const seconds = Number(given.value);
  return seconds === 0 ? {} : { timeoutMs: Math.round(seconds * 1000) };
}

function proxyOf(places: readonly Place[], lookUp: (name: string) => string | undefined): Pick<Configuration, 'proxy'> {
  const url: Secret | undefined = places.map(({ proxy }) => proxy?.value).find((one) => one !== undefined);
  if (url === undefined) return {};
  return { proxy: { url, noProxy: noProxyIn(lookUp) } };
}
