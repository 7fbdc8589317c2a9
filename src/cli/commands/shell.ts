/**
 * The arguments of `oktaql shell`.
 *
 * @module
 */

import type { Command } from 'commander';
import { addHttpHelp } from '../help.ts';
import { addHttpFlags } from '../http-flags.ts';
import { createLog } from '../log.ts';
import type { ShellSettings } from '../shell/shell.ts';
import { withVariables } from '../sql-text.ts';
import { type CommandContext, optionsFor, orUsage } from './command.ts';
import { textFormatOption } from './output-flags.ts';
import { addRunFlags, addSessionFlags } from './statement-flags.ts';

export function addShell(program: Command, context: CommandContext): void {
  const command = program
    .command('shell')
    .description('Type statements, with completion and history; through a pipe, run them as they come. \\? is help.')
    .option('--demo', 'on a simulated org in this process: no network, no tenant')
    .option('--no-history', 'keep nothing of what is typed for the next shell');
  command.addOption(textFormatOption('how rows are printed').default('table'));
  addSessionFlags(addRunFlags(command));
  addHttpHelp(addHttpFlags(command), context.io).action((settings: ShellFlags) =>
    context.finish(startShell(settings, context)),
  );
}

type ShellFlags = ShellSettings & { readonly demo?: boolean };

async function startShell(settings: ShellFlags, context: CommandContext): Promise<number> {
  const { surroundings, io } = context;
  const options =
    settings.demo === true
      ? (await import('../demo-command.ts')).demoOptions()
      : await orUsage(optionsFor(settings, context), createLog(io.stderr, settings));
  if (typeof options === 'number') return options;
  const filled = await orUsage(withAllVariables(settings, surroundings), createLog(io.stderr, settings));
  if (typeof filled === 'number') return filled;
  const { runShell } = await import('../shell/shell.ts');
  return runShell({ settings: filled, options, surroundings, io });
}

/** Which names statements will ask for, nobody knows yet: all that there are have their values. */
function withAllVariables(settings: ShellFlags, { environment }: CommandContext['surroundings']): Promise<ShellFlags> {
  const names = Object.keys(environment).flatMap((name) => /^OKTAQL_VAR_(.+)$/.exec(name)?.[1] ?? []);
  return withVariables(names.map((name) => `{{ ${name} }}`).join(' '), settings, (name) => environment[name]);
}
