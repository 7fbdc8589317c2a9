/**
 * The arguments of `oktaql demo`.
 *
 * @module
 */

import type { Command } from 'commander';
import type { CommandIo } from '../command-io.ts';
import type { ExecSettings } from '../exec-command.ts';
import { timeoutOption } from '../http-flags.ts';
import { readSql } from '../sql-text.ts';
import { type CommandContext, orUsage } from './command.ts';
import { addStatementFlags } from './statement-flags.ts';

export function addDemo(program: Command, { io, finish }: CommandContext): void {
  const command = program
    .command('demo')
    .description('Run SQL on a simulated org in this process: no network, no tenant. Without SQL, tell a short story.')
    .argument('[sql]', 'statements, separated by semicolons');
  addStatementFlags(command)
    .addOption(timeoutOption())
    .action((sql: string | undefined, settings: ExecSettings) => finish(runDemo(sql, settings, io)));
}

async function runDemo(sql: string | undefined, settings: ExecSettings, io: CommandIo): Promise<number> {
  const { demo } = await import('../demo-command.ts');
  // Standard input alone is no wish to run it: without SQL, the story is told wherever that comes from.
  if (sql === undefined && settings.infile === undefined) return demo(undefined, settings, io);
  const text = await orUsage(readSql(sql, settings, io), io);
  return typeof text === 'number' ? text : demo(text, settings, io);
}
