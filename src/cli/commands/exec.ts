/**
 * The arguments of `oktaql exec`.
 *
 * @module
 */

import type { Command } from 'commander';
import { visibleText } from '../../output/visible-text.ts';
import { compatFormatOption, compatOf, compatOption } from '../compat/arguments.ts';
import { addStackqlFlags } from '../compat/flags.ts';
import type { ExecSettings } from '../exec-command.ts';
import { addHttpHelp, withExamples } from '../help.ts';
import { addHttpFlags } from '../http-flags.ts';
import { createLog } from '../log.ts';
import { readSql, withVariables } from '../sql-text.ts';
import { type CommandContext, optionsFor, orUsage } from './command.ts';
import { approotOption } from './registry.ts';
import { addSessionFlags, addStatementFlags } from './statement-flags.ts';

export function addExec(program: Command, context: CommandContext): void {
  const command = program
    .command('exec')
    .description('Run SQL statements. Rows go to standard output, everything else to standard error.')
    .argument('[sql]', 'statements, separated by semicolons');
  addSessionFlags(addStatementFlags(command));
  addHttpHelp(addHttpFlags(command), context.io).addOption(compatOption()).addOption(compatFormatOption());
  command.addOption(approotOption().hideHelp());
  addStackqlFlags(command, (note) => context.io.stderr.write(`note: ${visibleText(note)}\n`));
  withExamples(command, `oktaql exec "SELECT kid, status FROM okta.apps.jwks WHERE subdomain = 'acme'"`)
    .addHelpText('after', EXEC_HELP)
    .action((sql: string | undefined, settings: ExecSettings) => context.finish(runExec(sql, settings, context)));
}

const EXEC_HELP = `
Login: OKTA_API_TOKEN, the variables and the okta.yaml of Okta's SDKs, or --auth (docs/credentials.md).
Exit codes: 0 done, 1 a statement failed, 2 usage, 3 login or permission, 4 rate limit or network, 130 interrupted.`;

async function runExec(sql: string | undefined, settings: ExecSettings, context: CommandContext): Promise<number> {
  const { io } = context;
  const log = createLog(io.stderr, settings);
  const text = await orUsage(readSql(sql, settings, io), log);
  if (typeof text === 'number') return text;
  const options = await orUsage(optionsFor(settings, { ...context, io: { ...io, stderr: log.output } }), log);
  if (typeof options === 'number') return options;
  const filled = await orUsage(withVariables(text, settings, options.environment), log);
  if (typeof filled === 'number') return filled;
  const compat = await orUsage(withCompat(filled, context), log);
  if (typeof compat === 'number') return compat;
  const { execute } = await import('../exec-command.ts');
  return execute(text, compat, options, io);
}

async function withCompat(settings: ExecSettings, { surroundings }: CommandContext): Promise<ExecSettings> {
  const compat = compatOf(settings.compat, surroundings.environment['OKTAQL_COMPAT']);
  return { ...settings, ...(compat !== undefined && { compat }) };
}
