/**
 * Node's compile cache, where there is one: since 22.1.
 *
 * @module
 */

import { existsSync } from 'node:fs';
import nodeModule from 'node:module';
import { homedir } from 'node:os';
import { join } from 'node:path';

type Environment = Readonly<Record<string, string | undefined>>;

/** https://nodejs.org/api/module.html#module-compile-cache */
type EnableCompileCache = (folder: string) => unknown;

/** What cannot be kept is compiled anew, so nothing is reported. NODE_COMPILE_CACHE and NODE_DISABLE_COMPILE_CACHE go before this. */
export function keepCompiledCode(
  environment: Environment,
  enable: EnableCompileCache | undefined = enableCompileCache(),
): void {
  const folder = cacheFolder(environment);
  if (enable !== undefined && folder !== undefined) enable(join(folder, 'oktaql'));
}

function enableCompileCache(): EnableCompileCache | undefined {
  return 'enableCompileCache' in nodeModule ? (nodeModule.enableCompileCache as EnableCompileCache) : undefined;
}

/**
 * Where this user keeps caches, if there is such a folder: none is made in a home that has none. Never Node's default, which
 * is a folder below the one for temporary files: there, whoever else uses the machine may have put code before us, and it
 * would run with the credentials of this user.
 */
function cacheFolder(environment: Environment): string | undefined {
  const folder = cacheFolderOf(process.platform, environment);
  return folder !== undefined && existsSync(folder) ? folder : undefined;
}

function cacheFolderOf(platform: NodeJS.Platform, { LOCALAPPDATA, XDG_CACHE_HOME }: Environment): string | undefined {
  if (platform === 'win32') return LOCALAPPDATA;
  if (XDG_CACHE_HOME !== undefined && XDG_CACHE_HOME !== '') return XDG_CACHE_HOME;
  try {
    return join(homedir(), ...(platform === 'darwin' ? ['Library', 'Caches'] : ['.cache']));
  } catch {
    // A user of a container need not have a home.
    return undefined;
  }
}
