/**
 * The arguments of `oktaql demo`.
 *
 * @module
 */

import type { Command } from 'commander';
import type { ExecSettings } from '../exec-command.ts';
import { timeoutOption } from '../http-flags.ts';
import { createLog } from '../log.ts';
import { EXIT } from '../report.ts';
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
  if (sql === undefined && settings.infile === undefined) {
    const code = await demo(undefined, settings, io);
    return code === EXIT.done ? shortAudit(io) : code;
  }
  const log = createLog(io.stderr, settings);
  const text = await orUsage(readSql(sql, settings, io), log);
  if (typeof text === 'number') return text;
  const filled = await orUsage(
    withVariables(text, settings, (name) => environment[name]),
    log,
  );
  return typeof filled === 'number' ? filled : demo(text, filled, io);
}

/** What a run of controls looks like, in three of them. */
const SHORT = ['super-admins-bounded', 'administrators-have-factors', 'origins-https'];

async function shortAudit(io: CommandContext['io']): Promise<number> {
  const [{ audit }, { demoOptions, FAREWELL }] = await Promise.all([
    import('../audit/run.ts'),
    import('../demo-command.ts'),
  ]);
  io.stdout.write(`\n── Controls: npx oktaql audit posture --demo ${SHORT.map((id) => `--only ${id}`).join(' ')}\n\n`);
  const code = await audit(['posture'], { only: SHORT, failOn: 'none', progress: false }, demoOptions(), io);
  io.stdout.write(FAREWELL);
  await io.stdout.drained(io.signal);
  return code;
}
