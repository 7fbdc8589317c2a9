/**
 * What one place of settings says: a file, or the environment.
 *
 * @module
 */

import { InvalidArgumentError } from 'commander';
import { Secret } from '../../http/login/secret.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** A value with its name: `OKTA_CLIENT_TOKEN`, or `okta.client.token` of the file `./okta.yaml`. */
export interface Given<T> {
  readonly value: T;
  readonly key: string;
  readonly file: string | undefined;
}

/** The URL of an org. */
export interface GivenOrg extends Given<string> {
  /** How it is written, where no URL is. */
  readonly advice?: string;
  /** What is wrong with it, where it was put together and a part does not fit. */
  readonly fault?: string;
}

/** One org and how to log in to it, as far as a place says. */
export interface Client {
  readonly orgUrl?: GivenOrg;
  readonly authorizationMode?: Given<string>;
  readonly token?: Given<Secret>;
  readonly accessToken?: Given<Secret>;
  readonly clientId?: Given<string>;
  readonly scopes?: Given<readonly string[]>;
  /** A PEM, a JWK in JSON, or the path of a file that holds one. */
  readonly privateKey?: Given<Secret>;
  readonly keyId?: Given<string>;
}

export type ClientKey = keyof Client;

export interface Place {
  /** The file, for messages. The environment has none. */
  readonly file: string | undefined;
  /** Where paths that stand in it start. */
  readonly folder: string;
  /** Nobody has named it: it lay in the working folder, which somebody else may have made. */
  readonly isFound?: true;
  /** Of variables there are several families, each of which may speak of an org; the first goes before the others. */
  readonly clients: readonly Client[];
  readonly orgs: ReadonlyMap<string, Client>;
  readonly requestTimeout?: Given<string>;
  /** A URL. */
  readonly proxy?: Given<Secret>;
  /** What it calls a setting that it lacks. */
  readonly nameOf: (key: ClientKey) => string;
}

/** Where notices go while places are read. */
export type Note = (notice: string) => void;

/** The name of a setting in messages. */
export function nameOf({ key, file }: Pick<Given<unknown>, 'key' | 'file'>): string {
  return file === undefined ? key : `${key} of ${file}`;
}

/** An error of the user's settings. Its text never holds a value. */
export function unusable(name: string, fault: string, advice?: string): InvalidArgumentError {
  return new InvalidArgumentError([`${name} ${fault}.`, ...(advice === undefined ? [] : [advice])].join(' '));
}

/** Names as a list in a sentence; the file that all of them stand in is named once. */
export function listed(settings: readonly Given<unknown>[]): string {
  const [file, ...others] = new Set(settings.map((setting) => setting.file));
  if (others.length > 0) return settings.map(nameOf).join(', ');
  return nameOf({ key: settings.map(({ key }) => key).join(', '), file });
}

/** Whether two settings say the same, secrets included. */
export function isSame(one: Given<unknown>, other: Given<unknown>): boolean {
  return textOf(one.value) === textOf(other.value);
}

function textOf(value: unknown): string {
  return value instanceof Secret ? value.reveal() : String(value);
}
