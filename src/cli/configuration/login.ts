/**
 * From the settings of a client to a login.
 *
 * @module
 */

import { join, resolve } from 'node:path';
import { holdsKey } from '../../http/login/key-text.ts';
import { Secret } from '../../http/login/secret.ts';
import type { OktaLogin } from '../../session/login/orgs.ts';
import { type FileSystem, noteIfOpen, readNamed } from './files.ts';
import { type Client, type ClientKey, type Given, listed, type Note, nameOf, unusable } from './place.ts';

/** What a login may need besides its own settings. */
export interface LoginContext {
  readonly files: FileSystem;
  readonly homeFolder: string | undefined;
  /** Where paths start. */
  readonly folder: string;
  readonly nameOf: (key: ClientKey) => string;
  readonly note: Note;
}

/** A login, and the setting that it comes from. */
export interface FoundLogin {
  readonly login: OktaLogin;
  readonly from: Given<unknown>;
}

/**
 * The login that a client describes; undefined where it describes none.
 *
 * @throws InvalidArgumentError for one that is described by halves
 */
export function loginOf(client: Client, context: LoginContext): FoundLogin | undefined {
  const { token, accessToken, privateKey, clientId } = client;
  if (token === undefined && accessToken === undefined && privateKey === undefined && clientId === undefined) {
    checkMode(client);
    return undefined;
  }
  const kind = checkMode(client) ?? likelyKind(client, context.note);
  switch (kind) {
    case 'api-token':
      return byToken('api-token', token ?? missing('token', client, context));
    case 'bearer':
      return byToken('bearer', accessToken ?? token ?? missing('token', client, context));
    case 'private-key':
      return byPrivateKey(client, context);
  }
}

type Kind = OktaLogin['kind'];

/** `authorizationMode` as the SDKs spell it, in any case of letters. */
const MODES: Readonly<Record<string, Kind>> = {
  ssws: 'api-token',
  privatekey: 'private-key',
  bearer: 'bearer',
  bearertoken: 'bearer',
};

function checkMode({ authorizationMode: mode }: Client): Kind | undefined {
  if (mode === undefined) return undefined;
  const kind = Object.entries(MODES).find(([name]) => name === mode.value.toLowerCase().replace(/[_-]/g, ''))?.[1];
  if (kind !== undefined) return kind;
  const advice = 'SSWS, PrivateKey and Bearer are; with PrivateKey, the key may be a JWK.';
  throw unusable(nameOf(mode), 'is no authorization mode that is supported', advice);
}

/** As the SDKs have it: without a mode, a token is an API token, and goes before everything else. */
function likelyKind({ token, accessToken, privateKey }: Client, note: Note): Kind {
  const [taken, ...others] = [token, accessToken, privateKey].filter((one) => one !== undefined);
  if (taken !== undefined && others.length > 0) {
    note(`${listed(others)}: not used, since ${nameOf(taken)} goes before. authorizationMode can say otherwise.`);
  }
  if (token !== undefined) return 'api-token';
  return accessToken === undefined ? 'private-key' : 'bearer';
}

function missing(key: ClientKey, client: Client, context: LoginContext): never {
  const given = listed(Object.values(client) as readonly Given<unknown>[]);
  throw unusable(`The login of ${given}`, `lacks ${context.nameOf(key)}`, 'A login comes from one place as a whole.');
}

function byToken(kind: 'api-token' | 'bearer', from: Given<Secret>): FoundLogin {
  const text = from.value.reveal();
  if (/[{}<>]/.test(text)) throw unusable(nameOf(from), 'still holds the placeholder of an example');
  if (!/^[\x21-\x7e]+$/.test(text)) throw unusable(nameOf(from), 'holds characters that no token has');
  return { login: { kind, token: from.value }, from };
}

function byPrivateKey(client: Client, context: LoginContext): FoundLogin {
  const clientId = client.clientId ?? missing('clientId', client, context);
  const from = client.privateKey ?? missing('privateKey', client, context);
  const scopes = client.scopes ?? missing('scopes', client, context);
  if (/[{}<>]/.test(clientId.value)) throw unusable(nameOf(clientId), 'still holds the placeholder of an example');
  const login: OktaLogin = {
    kind: 'private-key',
    clientId: clientId.value,
    privateKey: keyMaterial(from, context),
    ...(client.keyId !== undefined && { keyId: client.keyId.value }),
    scopes: scopes.value,
  };
  return { login, from };
}

/** The key itself, from its file where its path is given. A text that is neither is not repeated: it may be half a key. */
function keyMaterial(from: Given<Secret>, context: LoginContext): Secret {
  const text = from.value.reveal();
  if (holdsKey(text)) return from.value;
  const path = resolve(context.folder, inHome(text, context));
  if (isRatherKey(text) && !isThere(path, context.files)) {
    throw unusable(nameOf(from), 'holds neither a private key nor the path of a file that can be read', KEY_FORMS);
  }
  const name = `${nameOf(from)}, which is no PEM or JWK and so taken for the path of one,`;
  const read = readNamed({ path, name }, context.files);
  if (!holdsKey(read.text)) throw unusable(nameOf(from), 'names a file without a private key in PEM or JWK');
  noteIfOpen(path, read, context.note);
  return new Secret(read.text.trim());
}

const KEY_FORMS =
  'A key is expected in PEM, with its lines that begin with -----BEGIN and -----END, or as a JWK; either of them may be in base64.';

/** Longer than the paths that people write, or in lines. The shortest keys, EC on P-256, have 160 characters of base64. */
function isRatherKey(text: string): boolean {
  return text.length > 120 || /\p{Cc}/u.test(text);
}

function isThere(path: string, files: FileSystem): boolean {
  try {
    return files.stat(path) !== undefined;
  } catch {
    return false;
  }
}

/** No shell has seen the path, so nobody has filled in the `~`. */
function inHome(path: string, { homeFolder }: LoginContext): string {
  return path.startsWith('~/') && homeFolder !== undefined ? join(homeFolder, path.slice(2)) : path;
}
