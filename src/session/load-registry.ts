/**
 * Documents of the user's own, loaded when they are asked for.
 *
 * @module
 */

import type { Registry } from '../registry/registry.ts';

/**
 * The provider documents in a folder, for `createProvider` and `createSession`.
 *
 * YAML and its checks are loaded only here: the built-in documents need neither.
 *
 * @param where a path, a `file://` URL, or StackQL's `--registry` JSON with such a `url`
 * @throws InvalidValueError where there is no registry, ProviderDocumentError with file and JSON pointer
 * @example createSession({ registry: await loadRegistry('./providers'), token })
 */
export async function loadRegistry(where: string): Promise<Registry> {
  const { registryFromFiles } = await import('../registry/files.ts');
  return registryFromFiles(where);
}
