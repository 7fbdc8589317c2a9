/**
 * Who may connect to `oktaql srv`, and from where: its password, its certificates.
 *
 * @module
 */

import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { createSecureContext, type SecureContext } from 'node:tls';
import { InvalidArgumentError } from 'commander';
import type { Door, TlsDoor } from '../server/handshake.ts';
import { scramSecret } from '../wire/scram.ts';

export interface DoorFlags {
  readonly listen: string;
  readonly passwordFile?: string;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly tlsClientCa?: string;
  /** JSON in StackQL's form. */
  readonly stackqlTls?: string;
}

export const USER = 'oktaql';

export interface OpenDoor {
  readonly door: Door;
  /** Made for this run, where none was given. */
  readonly oneTimePassword?: string;
}

/**
 * @param fromEnvironment the password of the environment
 * @throws InvalidArgumentError for files that cannot be used, and for an address beyond this machine without TLS and a password
 */
export function openDoor(flags: DoorFlags, fromEnvironment: string | undefined): OpenDoor {
  const given = givenPassword(flags, fromEnvironment);
  const isLocal = isLoopback(flags.listen);
  const tls = tlsDoor(flags, isLocal);
  if (!isLocal && (tls === undefined || (given === undefined && !tls.asksForCertificate))) {
    throw new InvalidArgumentError(
      `--listen ${flags.listen} lets others than this machine connect: give --tls-cert and --tls-key, and a password by --password-file or OKTAQL_SRV_PASSWORD.`,
    );
  }
  if (given !== undefined) return { door: { user: USER, tls, password: scramSecret(given) } };
  // Who shows a certificate that was asked for needs no password.
  if (tls?.asksForCertificate === true) return { door: { user: USER, tls, password: undefined } };
  const oneTimePassword = randomBytes(15).toString('base64url');
  return { door: { user: USER, tls, password: scramSecret(oneTimePassword) }, oneTimePassword };
}

function isLoopback(address: string): boolean {
  return address === 'localhost' || address === '::1' || (isIP(address) === 4 && address.startsWith('127.'));
}

function givenPassword({ passwordFile }: DoorFlags, fromEnvironment: string | undefined): string | undefined {
  if (passwordFile === undefined) return fromEnvironment === '' ? undefined : fromEnvironment;
  const password = read(passwordFile, '--password-file').replace(/\r?\n$/, '');
  if (password !== '') return password;
  throw new InvalidArgumentError(`--password-file ${passwordFile} is empty.`);
}

function tlsDoor(flags: DoorFlags, isLocal: boolean): TlsDoor | undefined {
  const { cert, key, clientCa } = flags.stackqlTls === undefined ? filesOf(flags) : stackqlFiles(flags.stackqlTls);
  if (cert === undefined && key === undefined) {
    if (clientCa === undefined) return undefined;
    throw new InvalidArgumentError('Client certificates need TLS: give --tls-cert and --tls-key too.');
  }
  if (cert === undefined || key === undefined) {
    throw new InvalidArgumentError('TLS needs both --tls-cert and --tls-key.');
  }
  const asksForCertificate = clientCa !== undefined;
  return { context: contextOf(cert, key, clientCa), isDemanded: !isLocal || asksForCertificate, asksForCertificate };
}

interface TlsFiles {
  readonly cert: string | undefined;
  readonly key: string | undefined;
  readonly clientCa: string | undefined;
}

function filesOf({ tlsCert, tlsKey, tlsClientCa }: DoorFlags): TlsFiles {
  return {
    cert: tlsCert && read(tlsCert, '--tls-cert'),
    key: tlsKey && read(tlsKey, '--tls-key'),
    clientCa: tlsClientCa && read(tlsClientCa, '--tls-client-ca'),
  };
}

/** `{"certFilePath": "…", "keyFilePath": "…", "clientCAs": ["<PEM in base64>"]}`, or the contents in their place. */
function stackqlFiles(text: string): TlsFiles {
  const given = parseObject(text);
  const fileOrContents = (file: string, contents: string): string | undefined => {
    const path = textAt(given, file);
    return path === undefined ? textAt(given, contents) : read(path, `--pgsrv.tls, ${file}`);
  };
  const authorities = given['clientCAs'];
  const clientCa = Array.isArray(authorities)
    ? authorities.map((each) => Buffer.from(String(each), 'base64').toString()).join('\n')
    : undefined;
  return {
    cert: fileOrContents('certFilePath', 'certContents'),
    key: fileOrContents('keyFilePath', 'keyContents'),
    clientCa: clientCa === '' ? undefined : clientCa,
  };
}

function parseObject(text: string): Readonly<Record<string, unknown>> {
  try {
    const value = JSON.parse(text) as unknown;
    if (typeof value === 'object' && value !== null) return value as Readonly<Record<string, unknown>>;
  } catch {
    // The parser's message quotes the text, which may hold a key.
  }
  throw new InvalidArgumentError('--pgsrv.tls is no JSON object such as {"certFilePath":"…","keyFilePath":"…"}.');
}

function textAt(given: Readonly<Record<string, unknown>>, name: string): string | undefined {
  const value = given[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function contextOf(cert: string, key: string, clientCa: string | undefined): SecureContext {
  try {
    return createSecureContext({ cert, key, minVersion: 'TLSv1.2', ...(clientCa !== undefined && { ca: clientCa }) });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new InvalidArgumentError(`The certificate and its key cannot be used: ${reason}.`);
  }
}

function read(path: string, flag: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new InvalidArgumentError(`${flag} ${path} cannot be read: ${error instanceof Error ? error.message : error}`);
  }
}
