/**
 * The arguments of `oktaql registry`.
 *
 * @module
 */

import { type Command, Option } from 'commander';
import { APPROOT } from '../registry/approot.ts';
import type { CommandContext } from './command.ts';
import { textFormatOption } from './output-flags.ts';

export function addRegistry(program: Command, { io, finish }: CommandContext): void {
  const registry = program.command('registry').description('List and pull provider documents in StackQL’s form.');
  registry
    .command('list [provider]')
    .description('What a registry has: each provider with its latest version, or one with all of them.')
    .requiredOption(WHERE, TOLD)
    .addOption(textFormatOption('how rows are printed'))
    .action(async (provider: string | undefined, settings) => {
      const { registryList } = await import('../registry-command.ts');
      await finish(registryList(provider, { approot: APPROOT, ...settings }, io));
    });
  registry
    .command('pull <provider> [version]')
    .description('Put the documents of a provider into a folder, in place of other versions.')
    .requiredOption(WHERE, TOLD)
    .addOption(approotOption())
    .action(async (provider: string, version: string | undefined, settings) => {
      const { registryPull } = await import('../registry-command.ts');
      await finish(registryPull(provider, version, settings, io));
    });
}

const WHERE = '--registry <where>';
const TOLD = 'a folder, a file:// URL, or StackQL’s JSON, whose url may be a server on this machine';

export function approotOption(): Option {
  return new Option('--approot <folder>', 'where pulled documents are kept, for --registry <folder>').default(APPROOT);
}
