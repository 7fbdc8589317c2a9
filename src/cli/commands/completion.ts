/**
 * The arguments of `oktaql completion`.
 *
 * @module
 */

import { Argument, type Command } from 'commander';
import { commandsOf } from '../command-tree.ts';
import type { Shell } from '../completion.ts';
import { EXIT } from '../report.ts';
import type { CommandContext } from './command.ts';

const SHELLS: readonly Shell[] = ['bash', 'zsh', 'fish'];

export function addCompletion(program: Command, { io, finish }: CommandContext): void {
  program
    .command('completion')
    .description('Print a script that completes commands and flags: eval "$(oktaql completion bash)"')
    .addArgument(new Argument('<shell>', 'your shell').choices(SHELLS))
    .action((shell: Shell) => finish(printScript(shell, program, io)));
}

async function printScript(shell: Shell, program: Command, { stdout, signal }: CommandContext['io']): Promise<number> {
  const { completionScript } = await import('../completion.ts');
  stdout.write(completionScript(shell, commandsOf(program)));
  await stdout.drained(signal);
  return EXIT.done;
}
