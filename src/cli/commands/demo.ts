/**
 * The arguments of `oktaql demo`.
 *
 * @module
 */

import type { Command } from 'commander';
import type { ExecSettings } from '../exec-command.ts';
import { timeoutOption } from '../http-flags.ts';
import { createLog } from '../log.ts';
import { readSql, withVariables } from '../sql-text.ts';
import { type CommandContext, orUsage } from './command.ts';
import { addFileFlags, addStatementFlags } from './statement-flags.ts';

export function addDemo(program: Command, context: CommandContext): void {
  const command = program
    .command('demo')
    .description('Run SQL on a simulated org in this process: no network, no tenant. Without SQL, tell a short story.')
    .argument('[sql]', 'statements, separated by semicolons');
  addFileFlags(addStatementFlags(command))
    .addOption(timeoutOption())
    .action((sql: string | undefined, settings: ExecSettings) => context.finish(runDemo(sql, settings, context)));
}

async function runDemo(
  sql: string | undefined,
  settings: ExecSettings,
  { io, surroundings: { environment } }: CommandContext,
): Promise<number> {
  const { demo } = await import('../demo-command.ts');
  // Standard input alone is no wish to run it: without SQL, the story is told wherever that comes from.
  if (sql === undefined && settings.infile === undefined) return demo(undefined, settings, io);
  const log = createLog(io.stderr, settings);
  const text = await orUsage(readSql(sql, settings, io), log);
  if (typeof text === 'number') return text;
  const filled = await orUsage(
    withVariables(text, settings, (name) => environment[name]),
    log,
  );
  return typeof filled === 'number' ? filled : demo(text, filled, io);
}
