/**
 * REGISTRY PULL, and REGISTRY LIST of a registry on a server: what no session answers, since it is about files and not about rows.
 *
 * @module
 */

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Outcome } from '../exec/outcome.ts';
import { isLoopback } from '../okta/host.ts';
import { registryPlace } from '../registry/place.ts';
import type { ScriptStatement } from '../session/session.ts';
import { isSignificant } from '../sql/text/token.ts';
import { tokenize } from '../sql/text/tokens.ts';
import type { ResultSet } from '../values.ts';
import type { PullOptions } from './registry/pull.ts';

/** The statements, those about a registry among them answered by it. */
export function withRegistry(
  statements: readonly ScriptStatement[],
  options: PullOptions | undefined,
): readonly ScriptStatement[] {
  if (options === undefined) return statements;
  return statements.map((statement) => {
    const asked = registryStatement(statement.text);
    const isOurs = asked?.verb === 'PULL' || (asked?.verb === 'LIST' && isOnServer(options.registry));
    return asked === undefined || !isOurs ? statement : { ...statement, run: () => answer(asked, options) };
  });
}

/**
 * What `--registry` says, with a folder to read documents from: of a server's registry, those that were pulled into `approot` before.
 * There may be none yet.
 */
export function withPulledFolder(registry: string, approot: string): string {
  const place = registryPlace(registry);
  if (!isLoopbackUrl(place.url)) return registry;
  const localDocRoot = place.localDocRoot ?? approot;
  mkdirSync(join(localDocRoot, place.srcPrefix), { recursive: true });
  return JSON.stringify({ ...place, localDocRoot });
}

function isLoopbackUrl(text: string): boolean {
  return /^https?:/i.test(text) && URL.canParse(text) && isLoopback(new URL(text).hostname);
}

interface Asked {
  readonly verb: 'LIST' | 'PULL';
  readonly provider?: string;
  readonly version?: string;
}

/** `REGISTRY PULL okta v1.0.0`, `REGISTRY LIST okta`: two words and up to two names, of which the second may be a text. */
function registryStatement(text: string): Asked | undefined {
  const [first, second, ...rest] = tokenize(text).filter(isSignificant);
  const verb = second?.value.toUpperCase();
  if (first?.value.toUpperCase() !== 'REGISTRY' || (verb !== 'LIST' && verb !== 'PULL')) return undefined;
  const [provider, ...version] = rest;
  if ((verb === 'PULL' && provider === undefined) || (verb === 'LIST' && version.length > 0)) return undefined;
  // v1.0.2 is several tokens without quotes.
  const number = version.map(({ value }) => value).join('');
  return {
    verb,
    ...(provider !== undefined && { provider: provider.value }),
    ...(number !== '' && { version: number }),
  };
}

function isOnServer(registry: string): boolean {
  return /^https?:/i.test(registryPlace(registry).url);
}

async function answer({ verb, provider, version }: Asked, options: PullOptions): Promise<Outcome> {
  const { listRegistry, pullProvider } = await import('./registry/pull.ts');
  if (verb === 'LIST') return outcomeOf({ result: await listRegistry(options, provider) });
  return outcomeOf({ message: await pullProvider(options, provider ?? '', version) });
}

function outcomeOf({ result, message }: { readonly result?: ResultSet; readonly message?: string }): Outcome {
  const close = async (): Promise<void> => undefined;
  return {
    tag: 'REGISTRY LIST',
    count: () => undefined,
    ...(result !== undefined && {
      result: {
        columns: result.columns,
        batches: async function* () {
          yield result.rows;
        },
      },
    }),
    isShown: result !== undefined,
    notices: [],
    ...(message !== undefined && { message }),
    close,
    [Symbol.asyncDispose]: close,
  };
}
