/**
 * `oktaql search` and `oktaql docs`: what there is, without a request and without a login.
 *
 * @module
 */

import { InvalidArgumentError } from 'commander';
import { BindError } from '../errors.ts';
import { fixed } from '../exec/query.ts';
import { OTHER_WORDS } from '../okta/words.ts';
import { visibleText } from '../output/visible-text.ts';
import type { OutputFormat } from '../output/writers.ts';
import { exampleSelect, quoteName } from '../plan/examples.ts';
import { didYouMean } from '../registry/nearest.ts';
import { builtInRegistry, type Registry } from '../registry/registry.ts';
import type { Resource } from '../registry/resource.ts';
import { searchResources } from '../registry/search.ts';
import { loadRegistry } from '../session/load-registry.ts';
import { createProvider } from '../session/provider.ts';
import { createSession, type Session } from '../session/session.ts';
import type { ResultSet } from '../values.ts';
import type { CommandIo } from './command-io.ts';
import { reportFailure } from './exec-command.ts';
import { createLog } from './log.ts';
import { printResult } from './print-result.ts';
import { EXIT } from './report.ts';

export interface FindSettings {
  readonly output: OutputFormat;
  /** A folder, URL or JSON. */
  readonly registry?: string;
  /** So many rows at most. */
  readonly limit?: number;
}

/** Rows for the words; the exit code. */
export async function search(words: readonly string[], settings: FindSettings, io: CommandIo): Promise<number> {
  return attempt(io, async () => {
    const wanted = words.flatMap((each) => each.split(/[\s,]+/)).filter((each) => each !== '');
    if (wanted.length === 0) throw new InvalidArgumentError('Give a word to look for, such as mfa.');
    const all = searchResources(await registryOf(settings), wanted, OTHER_WORDS);
    const found = all.slice(0, settings.limit);
    await print(
      {
        columns: ['name', 'description', 'columns'].map((name) => ({ name, type: 'VARCHAR' })),
        rows: found.map(({ name, description, columns }) => [name, description, columns.join(', ')]),
      },
      settings.output,
      io,
    );
    if (found.length < all.length) {
      io.stderr.write(`note: ${all.length - found.length} more fit less well; --limit ${all.length} shows them\n`);
    }
    if (all.length === 0) io.stderr.write(`note: nothing fits; SHOW TABLES lists all that there is\n`);
  });
}

/** What a provider, a service or a resource is; the exit code. */
export async function docs(name: string, settings: FindSettings, io: CommandIo): Promise<number> {
  return attempt(io, async () => {
    const registry = await registryOf(settings);
    const session = createSession({ registry });
    try {
      const parts = fullName(name, registry);
      const quoted = parts.map(quoteName).join('.');
      const list = LISTS[parts.length - 1];
      if (list !== undefined) await print(await session.query(`${list} ${quoted}`), settings.output, io);
      else await describe(parts, { registry, session, settings, io });
    } finally {
      await session.close();
    }
  });
}

/** Of a provider and of a service. */
const LISTS = ['SHOW SERVICES IN', 'SHOW EXTENDED RESOURCES IN'] as const;

interface Describing {
  readonly registry: Registry;
  readonly session: Session;
  readonly settings: FindSettings;
  readonly io: CommandIo;
}

async function describe(name: readonly string[], { registry, session, settings, io }: Describing): Promise<void> {
  const { output } = settings;
  const resource = registry.resource(name);
  const quoted = resource.name.split('.').map(quoteName).join('.');
  const columns = resource.verbs.select.length > 0 ? await session.query(`SHOW COLUMNS FROM ${quoted}`) : undefined;
  // For programs it is one result.
  if (output !== 'table') return print(columns ?? (await methodsOf(quoted, session)), output, io);
  const say = (text: string): void => io.stdout.write(`${text}\n`);
  say(`${resource.name}\n${visibleText(resource.description)}`);
  if (columns !== undefined) {
    const provider = createProvider({ registry });
    const sets = provider.requiredParameters(resource.name);
    await provider.close();
    say(`\nSELECT needs ${needs(sets)}.\n\nExample:\n  ${exampleOf(resource, sets[0] ?? [])}\n\nColumns:`);
    await print(columns, output, io);
  }
  say('\nMethods:');
  await print(await methodsOf(quoted, session), output, io);
}

function methodsOf(name: string, session: Session): Promise<ResultSet> {
  return session.query(`SHOW EXTENDED METHODS IN ${name}`);
}

function needs(sets: readonly (readonly string[])[]): string {
  if (sets.some((set) => set.length === 0)) return 'nothing';
  return sets.map((set) => set.join(' and ')).join(', or ');
}

/** What is typed as it stands, but for ids that only the reader knows. */
export function exampleOf(resource: Resource, needed: readonly string[]): string {
  return needed.length === 0
    ? `SELECT * FROM ${resource.name};`
    : exampleSelect(resource, needed, { subdomain: 'acme' });
}

/** A name of one part is that of a provider, or of the one resource that is called so. */
function fullName(name: string, registry: Registry): readonly string[] {
  const parts = name.split('.');
  const isProvider = registry.providers.some((each) => each.name.toLowerCase() === parts[0]?.toLowerCase());
  if (isProvider) return parts;
  const known = registry.providers.flatMap(({ name: provider, resourceNames = {} }) =>
    Object.entries(resourceNames).flatMap(([service, names]) => names.map((each) => `${provider}.${service}.${each}`)),
  );
  const same = known.filter((each) => `.${each.toLowerCase()}`.endsWith(`.${name.toLowerCase()}`));
  if (same[0] !== undefined && same.length === 1) return same[0].split('.');
  throw new BindError('UNKNOWN_RESOURCE', `There is no table ${JSON.stringify(name)}.`, {
    unknownName: name,
    nearest: same,
    hint: didYouMean(same, []) ?? `oktaql search ${parts.at(-1)} looks for it.`,
  });
}

async function registryOf({ registry }: FindSettings): Promise<Registry> {
  return registry === undefined ? builtInRegistry() : loadRegistry(registry);
}

async function print(result: ResultSet, format: OutputFormat, io: CommandIo): Promise<void> {
  await printResult(fixed(result).result, format, io);
}

async function attempt(io: CommandIo, work: () => Promise<void>): Promise<number> {
  try {
    await work();
    await io.stdout.drained(io.signal);
    return EXIT.done;
  } catch (error) {
    return reportFailure(error, createLog(io.stderr, {}));
  }
}
