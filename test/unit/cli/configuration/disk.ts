/** A disk of a few files, and the settings that are read from it. */

import {
  type Configuration,
  type ConfigurationSources,
  loadConfiguration,
} from '../../../../src/cli/configuration/configuration.ts';
import type { FileSystem } from '../../../../src/cli/configuration/files.ts';
import { Secret } from '../../../../src/http/login/secret.ts';
import type { OktaLogin } from '../../../../src/session/login/orgs.ts';

export const WORK = '/work/project';
export const HOME = '/home/me';

export interface TestFile {
  readonly text?: string;
  readonly mode?: number;
  readonly kind?: 'file' | 'pipe' | 'other';
  readonly bytes?: number;
  /** What the system answers to `stat`, or to reading. */
  readonly statError?: string;
  readonly readError?: string;
}

export type Disk = Readonly<Record<string, string | TestFile>>;

function filesOf(disk: Disk): FileSystem {
  const at = (path: string): TestFile | undefined => {
    const file = Object.hasOwn(disk, path) ? disk[path] : undefined;
    return typeof file === 'string' ? { text: file } : file;
  };
  const fail = (code: string | undefined, path: string): void => {
    if (code !== undefined) throw Object.assign(new Error(`${code}: ${path}`), { code });
  };
  return {
    stat: (path) => {
      const file = at(path);
      fail(file?.statError, path);
      if (file === undefined) return undefined;
      return { kind: file.kind ?? 'file', bytes: file.bytes ?? file.text?.length ?? 0, mode: file.mode ?? 0o600 };
    },
    readFile: (path) => {
      const file = at(path);
      fail(file?.readError, path);
      if (file?.text === undefined) throw new Error(`${path} must not be read`);
      return file.text;
    },
  };
}

export interface Given extends Partial<Omit<ConfigurationSources, 'files'>> {
  /** `./okta.yaml`. */
  readonly work?: string | TestFile;
  /** `~/.okta/okta.yaml`. */
  readonly home?: string | TestFile;
  readonly disk?: Disk;
}

/** The settings, and what was told of them. */
export interface Loaded extends Configuration {
  readonly notices: readonly string[];
}

export function load({ work, home, disk = {}, ...sources }: Given): Loaded {
  const files = filesOf({
    ...(work !== undefined && { [`${WORK}/okta.yaml`]: work }),
    ...(home !== undefined && { [`${HOME}/.okta/okta.yaml`]: home }),
    ...disk,
  });
  const notices: string[] = [];
  const onNotice = (notice: string): void => {
    notices.push(notice);
  };
  const surroundings = { environment: {}, workingFolder: WORK, homeFolder: HOME, onNotice };
  return { ...loadConfiguration({ ...surroundings, ...sources, files }), notices };
}

/** Where each login goes, in one line each. */
export function goals({ orgs, subdomain, login }: Configuration): readonly string[] {
  const lines = Object.entries(orgs).map(
    ([name, org]) => `${name} ${org.url} ${org.login === undefined ? '-' : credential(org.login)}`,
  );
  return [...lines, ...(login === undefined ? [] : [`any ${credential(login.login)}`]), `default ${subdomain ?? '-'}`];
}

export function credential(login: OktaLogin): string {
  const reveal = (value: string | Secret): string => (value instanceof Secret ? value.reveal() : `unwrapped ${value}`);
  if (login.kind !== 'private-key') return `${login.kind} ${reveal(login.token)}`;
  const { clientId, privateKey, keyId, scopes } = login;
  return `private-key ${clientId} ${keyId ?? '-'} ${scopes.join('+')} ${reveal(privateKey)}`;
}

/** An `okta.yaml` with one org. */
export function clientYaml(settings: Readonly<Record<string, string>>): string {
  const lines = Object.entries(settings).map(([key, value]) => `    ${key}: ${value}\n`);
  return `okta:\n  client:\n${lines.join('')}`;
}
