/**
 * `oktaql registry list` and `oktaql registry pull`.
 *
 * @module
 */

import type { OutputFormat } from '../output/writers.ts';
import type { CommandIo } from './command-io.ts';
import { reportFailure } from './exec-command.ts';
import { createLog } from './log.ts';
import { printResult } from './print-result.ts';
import { listRegistry, type PullOptions, pullProvider } from './registry/pull.ts';
import { EXIT } from './report.ts';

export interface RegistrySettings {
  readonly registry: string;
  readonly approot: string;
  readonly output?: OutputFormat;
}

/** Prints what the registry has; the exit code. */
export async function registryList(
  provider: string | undefined,
  settings: RegistrySettings,
  io: CommandIo,
): Promise<number> {
  return reported(io, async () => {
    const { columns, rows } = await listRegistry(optionsOf(settings, io), provider);
    const batches = async function* (): AsyncGenerator<typeof rows> {
      yield rows;
    };
    await printResult({ columns, batches }, settings.output ?? 'table', io);
  });
}

/** Pulls the documents of a provider; the exit code. */
export async function registryPull(
  provider: string,
  version: string | undefined,
  settings: RegistrySettings,
  io: CommandIo,
): Promise<number> {
  return reported(io, async () => {
    io.stderr.write(`${await pullProvider(optionsOf(settings, io), provider, version)}\n`);
  });
}

function optionsOf({ registry, approot }: RegistrySettings, { signal }: CommandIo): PullOptions {
  return { registry, approot, signal };
}

async function reported(io: CommandIo, work: () => Promise<void>): Promise<number> {
  try {
    await work();
    return EXIT.done;
  } catch (error) {
    return reportFailure(error, createLog(io.stderr, {}));
  }
}
