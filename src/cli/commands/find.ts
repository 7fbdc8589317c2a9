/**
 * The arguments of `oktaql search` and `oktaql docs`.
 *
 * @module
 */

import type { Command } from 'commander';
import type { FindSettings } from '../find-command.ts';
import { type CommandContext, wholeNumber } from './command.ts';
import { textFormatOption } from './output-flags.ts';
import { registryOption } from './statement-flags.ts';

export function addSearch(program: Command, { io, finish }: CommandContext): void {
  program
    .command('search')
    .description('Look for tables by what they are about: names, descriptions, columns. Asks Okta nothing.')
    .argument('<words...>', 'such as mfa, or "api token"')
    .addOption(textFormatOption('how rows are printed').default('table'))
    .addOption(registryOption())
    .option('--limit <n>', 'so many rows at most', wholeNumber, 20)
    .action((words: readonly string[], settings: FindSettings) => finish(runSearch(words, settings, io)));
}

async function runSearch(words: readonly string[], settings: FindSettings, io: CommandContext['io']): Promise<number> {
  const { search } = await import('../find-command.ts');
  return search(words, settings, io);
}

export function addDocs(program: Command, { io, finish }: CommandContext): void {
  program
    .command('docs')
    .description('What a table is, what it needs, its columns and methods, and an example. Asks Okta nothing.')
    .argument('<name>', 'a table such as okta.apps.jwks or jwks; a service such as okta.apps; okta')
    .addOption(textFormatOption('how rows are printed').default('table'))
    .addOption(registryOption())
    .action((name: string, settings: FindSettings) => finish(runDocs(name, settings, io)));
}

async function runDocs(name: string, settings: FindSettings, io: CommandContext['io']): Promise<number> {
  const { docs } = await import('../find-command.ts');
  return docs(name, settings, io);
}
