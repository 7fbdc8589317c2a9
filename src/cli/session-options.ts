/**
 * What flags, variables and files say about a session.
 *
 * @module
 */

import { visibleText } from '../output/visible-text.ts';
import type { ProviderOptions } from '../session/provider/options.ts';
import type { CommandIo } from './command-io.ts';
import { type Configuration, type ConfigurationSources, loadConfiguration } from './configuration/configuration.ts';
import { optionsOf } from './configuration/options.ts';
import { checkPrivateKeys } from './configuration/private-keys.ts';
import type { ExecSettings } from './exec-command.ts';
import type { HttpSettings } from './http-flags.ts';
import { httpOptions } from './http-options.ts';

/** The flags that say where settings come from. */
export type ConfigurationFlags = Pick<ExecSettings, 'auth' | 'config' | 'env.file'>;

/** What settings come from, besides flags. */
export type Surroundings = Pick<ConfigurationSources, 'environment' | 'workingFolder' | 'homeFolder'>;

/** Flags go before everything else. */
export async function sessionOptions(
  settings: ConfigurationFlags & HttpSettings,
  surroundings: Surroundings,
  io: CommandIo,
): Promise<ProviderOptions> {
  const configuration = configure(settings, surroundings, io);
  if (settings['http.proxy.password'] !== undefined) io.stderr.write(PASSWORD_SHOWN);
  await checkPrivateKeys(configuration.privateKeys);
  return { ...optionsOf(configuration), ...httpOptions(settings, configuration.environment) };
}

const PASSWORD_SHOWN =
  'note: --http.proxy.password is shown to others by ps; HTTPS_PROXY=http://user:password@host:port is not\n';

function configure(settings: ConfigurationFlags, surroundings: Surroundings, { stderr }: CommandIo): Configuration {
  const { config: configFile, 'env.file': envFile, auth } = settings;
  const onNotice = (notice: string): void => stderr.write(`note: ${visibleText(notice)}\n`);
  return loadConfiguration({ ...surroundings, configFile, envFile, auth, onNotice });
}
