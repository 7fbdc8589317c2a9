/**
 * What all commands share: what they are given, and how arguments that cannot be used end them.
 *
 * @module
 */

import { InvalidArgumentError } from 'commander';
import type { ProviderOptions } from '../../session/provider/options.ts';
import type { CommandIo } from '../command-io.ts';
import type { HttpSettings } from '../http-flags.ts';
import type { Log } from '../log.ts';
import { EXIT } from '../report.ts';
import type { ConfigurationFlags, Surroundings } from '../session-options.ts';
import { noSql } from '../sql-text.ts';

export interface CommandContext {
  readonly surroundings: Surroundings;
  readonly io: CommandIo;
  /** Takes the exit code of what a command does. */
  readonly finish: (code: Promise<number>) => Promise<void>;
}

export async function optionsFor(
  settings: ConfigurationFlags & HttpSettings,
  { surroundings, io }: Pick<CommandContext, 'surroundings' | 'io'>,
): Promise<ProviderOptions> {
  const { sessionOptions } = await import('../session-options.ts');
  return sessionOptions(settings, surroundings, io);
}

/** What was made of the arguments, or the exit code where nothing could be. */
export async function orUsage<T>(work: Promise<T | undefined>, log: Pick<Log, 'failed'>): Promise<T | number> {
  try {
    const made = await work;
    if (made !== undefined) return made;
    log.failed(noSql());
  } catch (error) {
    if (!(error instanceof InvalidArgumentError)) throw error;
    log.failed(error);
  }
  return EXIT.usage;
}

export function wholeNumber(text: string): number {
  if (!/^\d{1,6}$/.test(text)) throw new InvalidArgumentError('A whole number is needed.');
  return Number(text);
}
