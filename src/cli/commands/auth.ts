/**
 * The arguments of `oktaql auth`.
 *
 * @module
 */

import type { Command } from 'commander';
import type { AuthCheckSettings } from '../auth-command.ts';
import { addHttpHelp } from '../help.ts';
import { addHttpFlags } from '../http-flags.ts';
import { createLog } from '../log.ts';
import { type CommandContext, optionsFor, orUsage } from './command.ts';
import { textFormatOption } from './output-flags.ts';

export function addAuth(program: Command, context: CommandContext): void {
  const check = program
    .command('auth')
    .description('Find out about logins.')
    .command('check')
    .description(
      'Use the login of each org, with reads only: does it work, whose is it, what may it do, what is its limit?',
    )
    .argument('[orgs...]', 'orgs as statements name them; default: all that are configured')
    .addOption(textFormatOption('print rows instead of paragraphs'))
    .option('--subdomain <name>', 'the org of statements that name none')
    .option('--auth <json>', 'how to log in, by provider, in StackQL’s form')
    .option('--config <file>', 'an okta.yaml to read instead of ./okta.yaml and ~/.okta/okta.yaml')
    .option('--env.file <file>', 'environment variables from a file (dotenv); the environment goes before it');
  addHttpHelp(addHttpFlags(check), context.io).action((orgs: readonly string[], settings: AuthCheckSettings) =>
    context.finish(runAuthCheck(orgs, settings, context)),
  );
}

async function runAuthCheck(
  orgs: readonly string[],
  settings: AuthCheckSettings,
  context: CommandContext,
): Promise<number> {
  const { io } = context;
  const options = await orUsage(optionsFor(settings, context), createLog(io.stderr, {}));
  if (typeof options === 'number') return options;
  const { checkLogins } = await import('../auth-command.ts');
  return checkLogins(orgs, settings, options, io);
}
