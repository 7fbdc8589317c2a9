/**
 * The arguments of `oktaql audit`.
 *
 * @module
 */

import type { Command } from 'commander';
import type { CommandContext } from './command.ts';

export function addAudit(program: Command, context: CommandContext): void {
  const audit = program.command('audit').description('Run controls written in SQL, and tell which of them hold.');
  audit
    .command('check <pack>')
    .description('What is wrong with a pack of controls, with line and column. Sends nothing.')
    .action(async (pack: string) => {
      const { auditCheck } = await import('../audit/check.ts');
      await context.finish(auditCheck(pack, context.io));
    });
}
